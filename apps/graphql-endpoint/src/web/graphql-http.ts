/** GraphQL over HTTP. */
import { once } from 'node:events';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { Sessions } from '../identity/sessions.ts';
import type { Context, Rooms } from '../schema/context.ts';
import type { Mask } from '../schema/errors.ts';
import { claimedSession, cookieOf } from './cookie.ts';
import { isSameOrigin } from './origin.ts';

/** The longest operation of our own is under 2 kB. */
const largestBody = '64kb';

type Parts = {
  readonly app: Express;
  readonly schema: GraphQLSchema;
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  readonly mask: Mask;
  readonly isProduction: boolean;
};

/** Serves /graphql. Disposing it lets what is being answered finish, and takes on nothing more. */
export const serveGraphqlOverHttp = async ({ app, schema, rooms, sessions, mask, isProduction }: Parts): Promise<AsyncDisposable> => {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: !isProduction,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginLandingPageDisabled()],
    formatError: (formatted, error) => mask(error, formatted),
  });
  await apollo.start();
  const turnstile = createTurnstile();
  const graphql = expressMiddleware(apollo, {
    context: async ({ req, res }) => {
      const claimed = claimedSession(req);
      return { ...rooms, session: claimed && (await sessions.find(claimed)), cookie: cookieOf(req, res) };
    },
  });
  // The turnstile comes behind the body: who has not sent all of one yet is not waited for when the service stops.
  app.use('/graphql', refuseOtherOrigins, express.json({ limit: largestBody }), turnstile.enter, graphql, refuseUnreadableBodies);
  return {
    [Symbol.asyncDispose]: async () => {
      await turnstile.close();
      await apollo.stop();
    },
  };
};

const answer = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

const refuseOtherOrigins: RequestHandler = (request, response, next) => {
  if (isSameOrigin(request)) next();
  else response.status(403).json(answer('FORBIDDEN', 'requests from pages of other hosts are not answered'));
};

const refuseUnreadableBodies: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (status === 413) response.status(413).json(answer('BAD_REQUEST', `a request's body has at most ${largestBody}`));
  else if (status === 400 || status === 415) response.status(status).json(answer('BAD_REQUEST', 'the body is not readable JSON'));
  else next(error);
};

/** Counts who is inside; closed, it lets nobody in and waits until all are out. */
const createTurnstile = () => {
  const inside = new Set<Promise<unknown>>();
  let isClosed = false;
  const enter: RequestHandler = (_request, response, next) => {
    if (isClosed) {
      response.status(503).set('connection', 'close').json(answer('STOPPING', 'this instance is stopping: try again'));
      return;
    }
    const left = once(response, 'close').finally(() => inside.delete(left));
    inside.add(left);
    next();
  };
  return {
    enter,
    close: async (): Promise<void> => {
      isClosed = true;
      await Promise.allSettled(inside);
    },
  };
};
