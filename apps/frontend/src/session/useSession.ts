import { inject, type App, type InjectionKey } from 'vue';
import type { Session } from './session.ts';

const key: InjectionKey<Session> = Symbol('session');

/** Hands the session to every component of an app. */
export const provideSession = (app: App, session: Session): void => {
  app.provide(key, session);
};

/** @throws Error outside an app that was given a session */
export const useSession = (): Session => {
  const session = inject(key);
  if (session === undefined) throw new Error('no session was provided');
  return session;
};
