import { inject, type App, type InjectionKey } from 'vue';
import type { LiveConnection } from './connection.ts';

const key: InjectionKey<LiveConnection> = Symbol('live connection');

/** Hands the live connection to every component of an app. */
export const provideLiveConnection = (app: App, connection: LiveConnection): void => {
  app.provide(key, connection);
};

/** @throws Error outside an app that was given a live connection */
export const useLiveConnection = (): LiveConnection => {
  const connection = inject(key);
  if (connection === undefined) throw new Error('no live connection was provided');
  return connection;
};
