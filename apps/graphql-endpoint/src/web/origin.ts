/** Whether a request comes from a page of this very host. */
import type { IncomingMessage } from 'node:http';

/** True as well for what is no browser: it sends no Origin, and brings along no cookie that it was not given. */
export const isSameOrigin = (
  { headers: { origin, host = '' } }: Pick<IncomingMessage, 'headers'>,
  { isSecure }: { readonly isSecure: boolean },
): boolean => origin === undefined || (URL.canParse(origin) && new URL(origin).origin === originOf(host, isSecure));

/** Normalised, so that a port which is the protocol's own makes no difference. */
const originOf = (host: string, isSecure: boolean): string | undefined => {
  const address = `${isSecure ? 'https' : 'http'}://${host}`;
  return URL.canParse(address) ? new URL(address).origin : undefined;
};
