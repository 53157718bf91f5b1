/** The session: opening an account, logging in and out, and noticing when it has ended. */
import type { Client } from '@urql/vue';
import { shallowReadonly, shallowRef, type Ref } from 'vue';
import { explain, type Failure } from '../api/failure.ts';
import type { ResultOf } from '../api/graphql.ts';
import { ask, tell, type Answer } from '../api/request.ts';
import type { LiveConnection } from '../live/connection.ts';
import type { Credentials } from './credentials.ts';
import { logInMutation, logOutEverywhereMutation, logOutMutation, meQuery, openAccountMutation } from './documents.ts';
import { explainRefusal, type Refusal } from './refusal.ts';
import { isSameUser, stateOf, type SessionState } from './state.ts';

/** How an attempt to get in ended. */
export type Entry = { readonly kind: 'entered' } | { readonly kind: 'refused' } & Refusal;

/** Whether only this session ends, or all of this user's. */
export type LogOutReach = 'here' | 'everywhere';

export type Session = {
  readonly state: Readonly<Ref<SessionState>>;
  /** Asks the bank who this is. */
  readonly refresh: () => Promise<void>;
  readonly openAccount: (credentials: Credentials) => Promise<Entry>;
  readonly logIn: (credentials: Credentials) => Promise<Entry>;
  /** @returns why it did not succeed: then the session goes on */
  readonly logOut: (reach?: LogOutReach) => Promise<Failure | undefined>;
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
    if (answer.kind === 'failed') return { kind: 'refused', about: 'all', text: explain(answer.failure) };
    if (answer.data.__typename === 'Refused') return { kind: 'refused', ...explainRefusal(answer.data) };
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
        if (state.value !== before || (before.kind === 'visitor' && next.kind === 'visitor')) return;
        // Somebody else logged in in another tab, which shares the cookie.
        if (!isSameUser(before, next)) become(next);
        else state.value = next;
      } else if (before.kind === 'unknown') state.value = { kind: 'unreachable', failure: answer.failure };
    },
    async openAccount(credentials) {
      return enter(pick(await tell(client, openAccountMutation, { ...credentials }), data => data.openAccount));
    },
    async logIn(credentials) {
      return enter(pick(await tell(client, logInMutation, { ...credentials }), data => data.logIn));
    },
    async logOut(reach = 'here') {
      const answer = await tell(client, reach === 'everywhere' ? logOutEverywhereMutation : logOutMutation, {});
      if (answer.kind === 'failed' && answer.failure !== 'unauthenticated') return answer.failure;
      become({ kind: 'visitor', hasExpired: false });
      return undefined;
    },
    expire,
  };
};
