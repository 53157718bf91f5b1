/** GraphQL over HTTP. */
import { once } from 'node:events';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { GraphQLError, OperationTypeNode, type GraphQLSchema } from 'graphql';
import type { Sessions } from '../identity/sessions.ts';
import type { Context, Rooms } from '../schema/context.ts';
import { badInput, type Mask } from '../schema/errors.ts';
import { claimedSession, cookieOf } from './cookie.ts';
import type { Gate } from './gate.ts';
import { statusOf } from './last-resort.ts';
import { limitRules, objectionToCost, parseOptions } from './query-limits.ts';

/** The longest operation of our own is under 2 kB. */
const largestBody = '64kb';

type Parts = {
  readonly app: Express;
  readonly schema: GraphQLSchema;
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  readonly mask: Mask;
  readonly gate: Gate;
  readonly isProduction: boolean;
};

/** Serves /graphql. Disposing it lets what is being answered finish, and takes on nothing more. */
export const serveGraphqlOverHttp = async ({ app, schema, rooms, sessions, mask, gate, isProduction }: Parts): Promise<AsyncDisposable> => {
  const apollo = new ApolloServer<Context>({
    schema,
    parseOptions,
    validationRules: [...limitRules],
    allowBatchedHttpRequests: false,
    introspection: !isProduction,
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginLandingPageDisabled(), refuseStreamsAndCostlyOperations],
    formatError: (formatted, error) => mask(error, formatted),
  });
  await apollo.start();
  const turnstile = createTurnstile();
  const graphql = expressMiddleware(apollo, {
    context: async ({ req, res }) => {
      const claimed = claimedSession(req);
      return {
        ...rooms,
        session: claimed && (await sessions.find(claimed)),
        cookie: cookieOf(req, res),
        address: gate.addressOf(req),
        setRetryAfter: seconds => void res.set('retry-after', String(seconds)),
        // No stream comes this way.
        endTooSlow: () => undefined,
      };
    },
  });
  // The turnstile comes behind the body: who has not sent all of one yet is not waited for when the service stops.
  app.use('/graphql', refuseOtherOrigins(gate), express.json({ limit: largestBody }), turnstile.enter, graphql, refuseUnreadableBodies);
  return {
    [Symbol.asyncDispose]: async () => {
      await turnstile.close();
      await apollo.stop();
    },
  };
};

/** Not a rule of validation: what was valid once is not validated again, though with other variables it costs more. */
const refuseStreamsAndCostlyOperations: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, operation, operationName, request: { variables } }) => {
        const objection =
          operation?.operation === OperationTypeNode.SUBSCRIPTION
            ? badInput('subscriptions are served over a WebSocket')
            : objectionToCost(schema, document, { operationName, variables });
        if (!objection) return Promise.resolve();
        return Promise.reject(new GraphQLError(objection.message, { extensions: { ...objection.extensions, http: { status: 400 } } }));
      },
    }),
};

const answer = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

const refuseOtherOrigins =
  (gate: Gate): RequestHandler =>
  (request, response, next) => {
    if (gate.isSameOrigin(request)) next();
    else response.status(403).json(answer('FORBIDDEN', 'requests from pages of other hosts are not answered'));
  };

const refuseUnreadableBodies: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status = statusOf(error);
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
    // Who went away while the body was read is not waited for: that close has been.
    if (response.destroyed) return;
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
