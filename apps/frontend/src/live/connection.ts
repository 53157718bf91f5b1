/** The live connection: subscriptions over one WebSocket that resume by themselves from where they were. */
import { stringifyDocument, type TypedDocumentNode } from '@urql/vue';
import { createClient, TerminatedCloseEvent, type Client as Socket } from 'graphql-ws';
import { ref, shallowReadonly, type Ref } from 'vue';
import { failureOfErrors, type Failure, type GraphqlErrorLike } from '../api/failure.ts';
import { backoffMs } from './backoff.ts';

export type ConnectionState =
  /** Nothing is followed, or the first connection is being made. */
  | 'idle'
  | 'open'
  /** It was cut or refused; attempts to get it back are under way. */
  | 'lost';

/** What is followed, and what to do with it. */
export type Following<Data, Variables extends Record<string, unknown>> = {
  readonly document: TypedDocumentNode<Data, Variables>;
  /** Asked anew at each attempt to connect: holds the cursor to resume after. */
  readonly variables: () => Variables;
  readonly onData: (data: Data) => void;
  /** The bank will not serve this: following has ended. */
  readonly onRefused: (failure: Failure) => void;
}

export type LiveConnection = {
  readonly state: Readonly<Ref<ConnectionState>>;
  /** Follows a subscription until the returned function is called, through every loss of the connection. */
  readonly follow: <Data, Variables extends Record<string, unknown>>(following: Following<Data, Variables>) => () => void;
  /** Connects anew, as the user whose cookie the browser now holds. */
  readonly renew: () => void;
} & Disposable

const keepAliveMs = 10_000;
/** A ping without a pong for so long means that the connection is dead though nobody closed it. */
const pongTimeoutMs = 5_000;
/** The socket outlives its last stream a little: the next page takes it over. */
const lingerMs = 1_000;
/** The bank closes a socket with this code when its session is over. */
const sessionEnded = 4401;
/** A stream that lived so long had a good connection: the next loss starts with a short wait again. */
const steadyMs = 10_000;

const isRefusal = (cause: unknown): cause is readonly GraphqlErrorLike[] => Array.isArray(cause);

const endsSession = (event: unknown): boolean => typeof event === 'object' && event !== null && 'code' in event && event.code === sessionEnded;

/** Why the bank will not serve a stream; undefined when trying again may help. */
const refusalIn = (cause: unknown): Failure | undefined => {
  const failure = isRefusal(cause) ? failureOfErrors(cause) : undefined;
  return failure === 'broken' ? undefined : failure;
};

/**
 * @param url of the WebSocket, with its scheme
 * @param onSessionEnd called when the bank closed the socket because the session under which it was opened is over
 */
export const createLiveConnection = (url: string, onSessionEnd: () => void = () => undefined): LiveConnection => {
  const state = ref<ConnectionState>('idle');
  const followers = new Set<() => void>();
  let isRenewing = false;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;

  const socket: Socket = createClient({
    url,
    // Attempts are made in `follow`, which resumes from the newest cursor and outlives an orderly close as well.
    retryAttempts: 0,
    keepAlive: keepAliveMs,
    lazyCloseTimeout: lingerMs,
    on: {
      connected: () => { state.value = 'open'; },
      ping: received => {
        if (!received) pongTimer = setTimeout(() => { socket.terminate(); }, pongTimeoutMs);
      },
      pong: received => {
        if (received) clearTimeout(pongTimer);
      },
      closed: event => {
        clearTimeout(pongTimer);
        state.value = followers.size === 0 || isRenewing ? 'idle' : 'lost';
        if (endsSession(event)) onSessionEnd();
      },
    },
  });

  const follow = <Data, Variables extends Record<string, unknown>>(
    { document, variables, onData, onRefused }: Following<Data, Variables>,
  ): (() => void) => {
    const payload = {
      query: stringifyDocument(document),
      // Read each time it is sent: a resumed stream asks for what came after the newest that arrived.
      get variables() { return variables(); },
    };
    let attempt = 0;
    let openedAt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let unsubscribe: (() => void) | undefined;

    const stop = (): void => {
      followers.delete(stop);
      window.removeEventListener('online', openNow);
      clearTimeout(timer);
      unsubscribe?.();
      if (followers.size === 0) state.value = 'idle';
    };

    const ended = (cause?: unknown): void => {
      if (!followers.has(stop)) return;
      const refusal = refusalIn(cause);
      if (refusal !== undefined) {
        stop();
        onRefused(refusal);
        return;
      }
      if (performance.now() - openedAt > steadyMs) attempt = 0;
      // What we cut ourselves, to renew it or because it was dead, is tried again at once.
      timer = setTimeout(open, cause instanceof TerminatedCloseEvent ? 0 : backoffMs(attempt++, Math.random()));
    };

    const open = (): void => {
      timer = undefined;
      openedAt = performance.now();
      let isOver = false;
      const over = (cause?: unknown): void => {
        if (isOver) return;
        isOver = true;
        ended(cause);
      };
      const leave = socket.subscribe<Data>(payload, {
        next: ({ data, errors }) => {
          if (data !== undefined && data !== null) onData(data);
          if (errors !== undefined) {
            leave();
            over(errors);
          }
        },
        error: over,
        complete: over,
      });
      unsubscribe = leave;
    };

    /** The browser says the network is back: no need to wait out the pause. */
    function openNow(): void {
      if (timer === undefined) return;
      clearTimeout(timer);
      open();
    }

    followers.add(stop);
    window.addEventListener('online', openNow);
    open();
    return stop;
  };

  return {
    state: shallowReadonly(state),
    follow,
    renew() {
      isRenewing = true;
      socket.terminate();
      isRenewing = false;
    },
    [Symbol.dispose]() {
      for (const stop of [...followers]) stop();
      void socket.dispose();
    },
  };
};
