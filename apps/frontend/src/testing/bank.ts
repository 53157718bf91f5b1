/** For specs: real components with the real client and session, and in place of the network a bank that answers as the spec says. */
import icons from '@nuxt/ui/runtime/vue/plugins/icons.js';
import urql from '@urql/vue';
import { mount, type VueWrapper } from '@vue/test-utils';
import { vi } from 'vitest';
import { createApp, defineComponent, h, shallowReadonly, shallowRef, type App, type Component } from 'vue';
import { createApiClient } from '../api/client.ts';
import type { LiveConnection } from '../live/connection.ts';
import { provideLiveConnection } from '../live/useLiveConnection.ts';
import { createPages } from '../router.ts';
import { createSession, type Session } from '../session/session.ts';
import { provideSession } from '../session/useSession.ts';

/** A request as the bank gets it. */
export type Request = {
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The answer's `data`; an exception is a network that failed. */
export type Bank = (request: Request) => unknown;

/** A live connection on which nothing happens. */
export const silence = (): LiveConnection => ({
  state: shallowReadonly(shallowRef('idle')),
  follow: () => () => undefined,
  renew: () => undefined,
  [Symbol.dispose]: () => undefined,
});

const answering = (bank: Bank): typeof fetch => async (_url, init) => {
  if (typeof init?.body !== 'string') throw new TypeError('a request to the bank has text as its body');
  const { operationName, variables } = JSON.parse(init.body) as { operationName: string; variables: Request['variables'] };
  const data: unknown = await bank({ operation: operationName, variables });
  return new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/json' } });
};

/** The app's plugins and providers, over a bank of the spec's making. */
export const appWith = (bank: Bank, live: LiveConnection = silence()): { install: (app: App) => void; session: Session } => {
  vi.stubGlobal('fetch', answering(bank));
  const client = createApiClient();
  const session = createSession(client, live);
  return {
    session,
    install(app) {
      app.use(createPages());
      app.use(icons);
      app.use(urql, client);
      provideLiveConnection(app, live);
      provideSession(app, session);
    },
  };
};

/** Mounts a component as the app would. */
export const mountWith = (bank: Bank, component: Component, props: Record<string, unknown> = {}): VueWrapper => {
  const { install } = appWith(bank);
  return mount(defineComponent(() => () => h(component, props)), { global: { plugins: [{ install }] }, attachTo: document.body });
};

/** A composable at work. */
export type SetUp<Result> = {
  readonly result: Result;
  readonly session: Session;
  /** The component goes away. */
  readonly leave: () => void;
};

/** Runs a composable as a component's setup would. */
export const setUpWith = <Result>(bank: Bank, setup: () => Result, live?: LiveConnection): SetUp<Result> => {
  let result: Result | undefined;
  const app = createApp({
    setup() {
      result = setup();
      return () => null;
    },
  });
  const { install, session } = appWith(bank, live);
  install(app);
  app.mount(document.createElement('div'));
  if (result === undefined) throw new Error('the composable returned nothing');
  return {
    result,
    session,
    leave: () => {
      app.unmount();
    },
  };
};
