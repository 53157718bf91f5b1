/** GraphQL over WebSocket: subscriptions only, under the same session and the same rules as over HTTP. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  getOperationAST, GraphQLError, OperationTypeNode, parse, validate, type ExecutionArgs, type GraphQLFormattedError, type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Logger } from '@bank/service';
import type { Sessions } from '../identity/sessions.ts';
import type { Bell } from '../live/bell.ts';
import type { Context, Rooms, SessionCookie } from '../schema/context.ts';
import { badInput, isExpected, type Mask } from '../schema/errors.ts';
import { tryAgainLater } from './close-codes.ts';
import { claimedSession } from './cookie.ts';
import { isSameOrigin } from './origin.ts';
import { closeWhenSessionEnds } from './session-watch.ts';

const path = '/graphql';

/** A subscription of our own is under 1 kB. */
const largestMessageBytes = 64 * 1024;

/** What did not answer the closing of its socket after this long is cut off. */
const closeWithinMs = 2_000;

type Parts = {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  readonly bell: Bell;
  readonly mask: Mask;
  readonly log: Logger;
};

/** Serves subscriptions on /graphql. Disposing it closes all sockets with 1001. */
export const serveGraphqlOverWebSocket = ({ server, schema, rooms, sessions, bell, mask, log }: Parts): AsyncDisposable => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessageBytes });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Node has let go of the socket: an error that nobody listens for would end the process, and nobody else closes it.
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, webSocket => sockets.emit('connection', webSocket, request));
  };
  server.on('upgrade', upgrade);

  /** What went wrong here is no fault of the client: it is to come back, rather than to take the error for an answer. */
  const masked = ({ socket }: Extra, errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] => {
    if (!errors.every(isExpected)) socket.close(tryAgainLater, 'try again, from your cursor');
    return errors.map(error => mask(error, error.toJSON()));
  };

  const served = useServer<Record<string, unknown>>(
    {
      onConnect: ({ extra }) => void closeWhenSessionEnds(extra, { sessions, bell, log }),
      onSubscribe: async ({ extra }, _id, payload) => {
        const operation = subscriptionIn(schema, payload);
        if ('errors' in operation) return operation.errors;
        try {
          const claimed = claimedSession(extra.request);
          const contextValue: Context = { ...rooms, session: claimed && (await sessions.find(claimed)), cookie: fixedCookie };
          return { ...operation, contextValue };
        } catch (cause) {
          return [new GraphQLError('the session cannot be looked up', { originalError: asError(cause) })];
        }
      },
      onNext: ({ extra }, _id, _payload, _args, { errors, data }) =>
        errors && { errors: masked(extra, errors), ...(data !== undefined && { data }) },
      onError: ({ extra }, _id, _payload, errors) => masked(extra, errors),
      // What the library itself catches leaves without its message, in development too.
      isProd: true,
    },
    sockets,
  );

  return {
    [Symbol.asyncDispose]: async () => {
      server.off('upgrade', upgrade);
      const cuttingOff = setTimeout(() => sockets.clients.forEach(client => client.terminate()), closeWithinMs);
      await served.dispose();
      clearTimeout(cuttingOff);
    },
  };
};

/** Why a request is no upgrade that is served here, as an HTTP status; undefined when it is one. */
const refusalOf = (request: IncomingMessage): string | undefined => {
  if (request.url?.split('?', 1)[0] !== path) return '404 Not Found';
  return isSameOrigin(request) ? undefined : '403 Forbidden';
};

/** The subscription of a message, or what is wrong with it. */
const subscriptionIn = (
  schema: GraphQLSchema,
  { query, operationName, variables }: SubscribePayload,
): ExecutionArgs | { readonly errors: readonly GraphQLError[] } => {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION) {
      return { errors: [badInput('over a WebSocket only subscriptions are served: send the rest by HTTP')] };
    }
    return { schema, document, operationName, variableValues: variables };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
};

/** No mutation comes this way, so none sets a cookie. */
const fixedCookie: SessionCookie = {
  set: () => {
    throw new Error('a session cannot begin over a WebSocket');
  },
  clear: () => {
    throw new Error('a session cannot end over a WebSocket');
  },
};

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
