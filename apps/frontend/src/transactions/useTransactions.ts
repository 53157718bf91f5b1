/** An account and its transactions: the newest page, older ones on demand, and live what comes. */
import type { Cents, Iban } from '@bank/topology';
import { useClientHandle } from '@urql/vue';
import { computed, onScopeDispose, shallowReadonly, shallowRef, type ComputedRef, type Ref } from 'vue';
import { explain, type Failure } from '../api/failure.ts';
import { useLiveConnection } from '../live/useLiveConnection.ts';
import { useSession } from '../session/useSession.ts';
import { transactionsSubscription } from './documents.ts';
import type { AccountSource } from './source.ts';
import { addNewest, addOlder, newestCursor, oldestCursor, startFrom, type Timeline } from './timeline.ts';
import { readTransaction, type AccountPage, type Transaction } from './transaction.ts';

export type LoadState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string };

export type UseTransactions = {
  readonly state: Readonly<Ref<LoadState>>;
  readonly iban: ComputedRef<Iban | undefined>;
  /** After the newest transaction; undefined until it is known. */
  readonly balance: ComputedRef<Cents | undefined>;
  /** Newest first. */
  readonly transactions: ComputedRef<readonly Transaction[]>;
  readonly hasOlder: ComputedRef<boolean>;
  readonly isLoadingOlder: Readonly<Ref<boolean>>;
  /** Adds a page of older ones; a failure is left to another try. */
  readonly loadOlder: () => Promise<void>;
  /** Starts over, after a failure. */
  readonly reload: () => Promise<void>;
}

const pageSize = 20;
/** The cursor before an account's first transaction. */
const beginning = '';

/** Loads an account and follows it until the component that uses it is gone. */
export const useTransactions = (source: AccountSource): UseTransactions => {
  const { client } = useClientHandle();
  const live = useLiveConnection();
  const session = useSession();

  const state = shallowRef<LoadState>({ kind: 'loading' });
  const account = shallowRef<AccountPage>();
  const timeline = shallowRef<Timeline>(startFrom({ transactions: [], hasOlder: false }));
  const isLoadingOlder = shallowRef(false);
  let unfollow: (() => void) | undefined;
  let isDisposed = false;

  const fail = (failure: Failure): void => {
    if (failure === 'unauthenticated') session.expire();
    state.value = { kind: 'failed', reason: explain(failure) };
  };

  const read = (after?: string): ReturnType<AccountSource> => source(client, { first: pageSize, after });

  const follow = (iban: Iban): void => {
    unfollow?.();
    unfollow = live.follow({
      document: transactionsSubscription,
      variables: () => ({ iban, after: newestCursor(timeline.value) ?? beginning }),
      onData: ({ transactions: edge }) => {
        timeline.value = addNewest(timeline.value, readTransaction(edge));
      },
      onRefused: fail,
    });
  };

  const reload = async (): Promise<void> => {
    state.value = { kind: 'loading' };
    const answer = await read();
    if (isDisposed) return;
    if (answer.kind === 'failed' || answer.data === null) {
      fail(answer.kind === 'failed' ? answer.failure : 'rejected');
      return;
    }
    account.value = answer.data;
    timeline.value = startFrom(answer.data);
    state.value = { kind: 'ready' };
    follow(answer.data.iban);
  };

  const loadOlder = async (): Promise<void> => {
    if (isLoadingOlder.value || !timeline.value.hasOlder) return;
    isLoadingOlder.value = true;
    const after = oldestCursor(timeline.value);
    const answer = await read(after);
    if (answer.kind === 'answered' && answer.data !== null) timeline.value = addOlder(timeline.value, answer.data, after);
    else if (answer.kind === 'failed' && answer.failure === 'unauthenticated') session.expire();
    isLoadingOlder.value = false;
  };

  onScopeDispose(() => {
    isDisposed = true;
    unfollow?.();
  });
  void reload();

  return {
    state: shallowReadonly(state),
    iban: computed(() => account.value?.iban),
    balance: computed(() => timeline.value.transactions[0]?.newBalance ?? account.value?.balance),
    transactions: computed(() => timeline.value.transactions),
    hasOlder: computed(() => timeline.value.hasOlder),
    isLoadingOlder: shallowReadonly(isLoadingOlder),
    loadOlder,
    reload,
  };
};
