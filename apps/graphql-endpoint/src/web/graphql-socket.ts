/** GraphQL over WebSocket: subscriptions only, under the same session and the same rules as over HTTP. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  getOperationAST, GraphQLError, OperationTypeNode, parse, specifiedRules, validate, type ExecutionArgs, type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import type { Logger, Retry } from '@bank/service';
import type { Sessions } from '../identity/sessions.ts';
import type { Bell } from '../live/bell.ts';
import type { Context, Rooms } from '../schema/context.ts';
import { badInput, isExpected, tooMany, type Mask } from '../schema/errors.ts';
import { tooSlow, tryAgainLater } from './close-codes.ts';
import { claimedSession } from './cookie.ts';
import type { Gate } from './gate.ts';
import { closeWhenTooBusy } from './message-rate.ts';
import { Operations } from './operations.ts';
import { Places } from './places.ts';
import { limitRules, objectionToCost, parseOptions } from './query-limits.ts';
import { closeWhenSessionEnds } from './session-watch.ts';

const path = '/graphql';

/** A subscription of our own is under 1 kB. */
const largestMessageBytes = 64 * 1024;

/** What did not answer the closing of its socket after this long is cut off. */
const closeWithinMs = 2_000;

/** Who has connected and says nothing is cut off. */
const firstMessageWithinMs = 3_000;

export type SocketLimits = {
  /** Sockets of this instance. */
  readonly inAll: number;
  readonly ofOneAddress: number;
  /** Subscriptions at the same time of one socket. */
  readonly subscriptions: number;
  /** Messages of one socket within ten seconds. */
  readonly messages: number;
};

type Parts = {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  readonly bell: Bell;
  readonly mask: Mask;
  /** Looks up the sessions of open sockets again. */
  readonly retry: Retry;
  readonly log: Logger;
  readonly gate: Gate;
  readonly limits: SocketLimits;
};

type OnSocket = Extra & { operations?: Operations };

/** Serves subscriptions on /graphql. Disposing it closes all sockets with 1001. */
export const serveGraphqlOverWebSocket = ({ server, schema, rooms, sessions, bell, mask, retry, log, gate, limits }: Parts): AsyncDisposable => {
  const places = new Places(limits);
  // Not known to the types yet, which lag behind.
  const options = { noServer: true, maxPayload: largestMessageBytes, closeTimeout: closeWithinMs };
  const sockets = new WebSocketServer(options);
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Node has let go of the socket: an error that nobody listens for would end the process, and nobody else closes it.
    socket.on('error', () => socket.destroy());
    const address = gate.addressOf(request);
    const refusal = refusalOf(request, gate) ?? refusalWhen[places.take(address) ?? 'there is a place'];
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
      return;
    }
    socket.once('close', () => places.giveBack(address));
    sockets.handleUpgrade(request, socket, head, webSocket => sockets.emit('connection', webSocket, request));
  };
  server.on('upgrade', upgrade);

  /** What went wrong here is no fault of the client: it is to come back, rather than to take the error for an answer. */
  const masked = ({ socket }: Extra, errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] => {
    // Nobody hears it, and that the client has gone is no fault.
    if (socket.readyState !== WebSocket.OPEN) return [];
    if (!errors.every(isExpected)) socket.close(tryAgainLater, 'try again, from your cursor');
    return errors.map(error => mask(error, error.toJSON()));
  };

  const operationsOf = (extra: OnSocket): Operations => (extra.operations ??= new Operations(extra.socket, limits.subscriptions));

  const served = useServer<Record<string, unknown>, { operations: Operations }>(
    {
      onConnect: ({ extra }) => void closeWhenSessionEnds(extra, { sessions, bell, retry, log }),
      onSubscribe: async ({ extra }, _id, payload) => {
        const operation = subscriptionIn(schema, payload);
        if ('errors' in operation) return operation.errors;
        const operations = operationsOf(extra);
        if (!operations.open(payload)) return [tooMany(`a socket has at most ${limits.subscriptions} subscriptions`)];
        try {
          const claimed = claimedSession(extra.request);
          const session = claimed && (await sessions.find(claimed));
          const endTooSlow = (): void => extra.socket.close(tooSlow, 'too slow: resume from your cursor');
          const contextValue: Context = { ...rooms, ...withoutReply, session, address: gate.addressOf(extra.request), endTooSlow };
          return { ...operation, contextValue };
        } catch (cause) {
          operations.end(payload);
          return [new GraphQLError('the session cannot be looked up', { originalError: asError(cause) })];
        }
      },
      onOperation: ({ extra }, _id, payload, _args, result) => {
        if (Symbol.asyncIterator in result) operationsOf(extra).streams(payload, result);
      },
      onComplete: ({ extra }, _id, payload) => operationsOf(extra).end(payload),
      onNext: ({ extra }, _id, _payload, _args, { errors, data }) =>
        errors && { errors: masked(extra, errors), ...(data !== undefined && { data }) },
      onError: ({ extra }, _id, _payload, errors) => masked(extra, errors),
      // What the library itself catches leaves without its message, in development too.
      isProd: true,
      connectionInitWaitTimeout: firstMessageWithinMs,
    },
    sockets,
  );
  sockets.on('connection', socket => {
    // The library would print each malformed frame; the socket closes itself over it.
    socket.removeAllListeners('error').on('error', error => log.debug({ err: error }, 'a socket failed'));
    closeWhenTooBusy(socket, limits.messages);
  });

  return {
    [Symbol.asyncDispose]: async () => {
      server.off('upgrade', upgrade);
      await served.dispose();
    },
  };
};

/** Why a request is no upgrade that is served here, as an HTTP status; undefined when it is one. */
const refusalOf = (request: IncomingMessage, gate: Gate): string | undefined => {
  if (!gate.servesHostOf(request)) return '421 Misdirected Request';
  if (request.url?.split('?', 1)[0] !== path) return '404 Not Found';
  return gate.isSameOrigin(request) ? undefined : '403 Forbidden';
};

const refusalWhen = {
  'there is a place': undefined,
  full: '503 Service Unavailable',
  'full for this address': '429 Too Many Requests',
} as const;

/** The subscription of a message, or what is wrong with it. */
const subscriptionIn = (
  schema: GraphQLSchema,
  { query, operationName, variables }: SubscribePayload,
): ExecutionArgs | { readonly errors: readonly GraphQLError[] } => {
  try {
    const document = parse(query, parseOptions);
    const errors = validate(schema, document, rules);
    if (errors.length > 0) return { errors: errors.map(error => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
    if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION) {
      return { errors: [badInput('over a WebSocket only subscriptions are served: send the rest by HTTP')] };
    }
    const objection = objectionToCost(schema, document, { operationName, variables });
    return objection ? { errors: [objection] } : { schema, document, operationName, variableValues: variables };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
    throw error;
  }
};

const rules = [...specifiedRules, ...limitRules];

/** The error with the code that it has over HTTP, without what it guesses to be meant, which would tell the schema. */
const withCode = ({ message, nodes, source, positions, extensions }: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(message.replace(/ ?Did you mean .+\?$/, ''), { nodes: nodes ?? null, source, positions, extensions: { ...extensions, code } });

const notOverSockets = (): never => {
  throw new Error('over a WebSocket there is no answer that has headers');
};

/** No mutation comes this way, so none says anything beside its answer. */
const withoutReply: Pick<Context, 'cookie' | 'setRetryAfter'> = {
  cookie: { set: notOverSockets, clear: notOverSockets },
  setRetryAfter: notOverSockets,
};

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
