/** The session: opening an account, logging in and out, and noticing when it has ended. */
import type { Client } from '@urql/vue';
import { shallowReadonly, shallowRef, type Ref } from 'vue';
import { explain, type Failure } from '../api/failure.ts';
import type { ResultOf } from '../api/graphql.ts';
import { ask, tell, type Answer } from '../api/request.ts';
import type { LiveConnection } from '../live/connection.ts';
import type { Credentials } from './credentials.ts';
import { logInMutation, logOutMutation, meQuery, openAccountMutation } from './documents.ts';
import { stateOf, type SessionState } from './state.ts';

/** How an attempt to get in ended. */
export type Entry = { readonly kind: 'entered' } | { readonly kind: 'refused'; readonly reason: string };

export type Session = {
  readonly state: Readonly<Ref<SessionState>>;
  /** Asks the bank who this is. */
  readonly refresh: () => Promise<void>;
  readonly openAccount: (credentials: Credentials) => Promise<Entry>;
  readonly logIn: (credentials: Credentials) => Promise<Entry>;
  /** @returns why it did not succeed: then the session goes on */
  readonly logOut: () => Promise<Failure | undefined>;
  /** To be called when the bank answered that there is no session: the user is a visitor from now on. */
  readonly expire: () => void;
}

type EntryOutcome = ResultOf<typeof openAccountMutation>['openAccount'] | ResultOf<typeof logInMutation>['logIn'];

/** @param live is renewed whenever the user changes, for its socket belongs to the user it was opened by */
export const createSession = (client: Client, live: LiveConnection): Session => {
  const state = shallowRef<SessionState>({ kind: 'unknown' });

  const become = (next: SessionState): void => {
    live.renew();
    state.value = next;
  };

  const enter = (answer: Answer<EntryOutcome>): Entry => {
    if (answer.kind === 'failed') return { kind: 'refused', reason: explain(answer.failure) };
    if (answer.data.__typename === 'Refused') return { kind: 'refused', reason: answer.data.reason };
    become(stateOf(answer.data.user));
    return { kind: 'entered' };
  };

  const pick = <Data, Outcome>(answer: Answer<Data>, outcome: (data: Data) => Outcome): Answer<Outcome> =>
    answer.kind === 'failed' ? answer : { kind: 'answered', data: outcome(answer.data) };

  const expire = (): void => {
    if (state.value.kind === 'client' || state.value.kind === 'employee') become({ kind: 'visitor', hasExpired: true });
  };

  return {
    state: shallowReadonly(state),
    async refresh() {
      const before = state.value;
      const answer = await ask(client, meQuery, {});
      // Somebody logged in or out meanwhile: this answer is about the time before.
      if (state.value !== before) return;
      if (answer.kind === 'answered') {
        const next = stateOf(answer.data.me);
        if (next.kind === 'visitor') expire();
        if (state.value === before) state.value = next;
      } else if (before.kind === 'unknown') state.value = { kind: 'unreachable', failure: answer.failure };
    },
    async openAccount(credentials) {
      return enter(pick(await tell(client, openAccountMutation, { ...credentials }), data => data.openAccount));
    },
    async logIn(credentials) {
      return enter(pick(await tell(client, logInMutation, { ...credentials }), data => data.logIn));
    },
    async logOut() {
      const answer = await tell(client, logOutMutation, {});
      if (answer.kind === 'failed' && answer.failure !== 'unauthenticated') return answer.failure;
      become({ kind: 'visitor', hasExpired: false });
      return undefined;
    },
    expire,
  };
};
