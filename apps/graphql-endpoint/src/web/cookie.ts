/** The session's cookie: out of the reach of scripts, and never sent along from another site. */
import type { IncomingMessage } from 'node:http';
import type { CookieOptions, Request, Response } from 'express';
import { hashOf, isSessionId, type SessionHash } from '../identity/sessions.ts';
import type { SessionCookie } from '../schema/context.ts';

const name = 'session';

/** The hash of the session that a request claims; undefined when it claims none. */
export const claimedSession = ({ headers }: Pick<IncomingMessage, 'headers'>): SessionHash | undefined => {
  for (const pair of headers.cookie?.split(';') ?? []) {
    const [key, ...value] = pair.trim().split('=');
    // With = in it, it is none of ours.
    const id = value.join('=');
    if (key === name && isSessionId(id)) return hashOf(id);
  }
  return undefined;
};

/** Sets and clears the cookie in the answer to a request. */
export const cookieOf = (request: Request, response: Response): SessionCookie => {
  const options: CookieOptions = { httpOnly: true, sameSite: 'strict', path: '/', secure: request.secure };
  return {
    set: (id, expiresAt) => void response.cookie(name, id, { ...options, expires: expiresAt }),
    clear: () => void response.clearCookie(name, options),
  };
};
