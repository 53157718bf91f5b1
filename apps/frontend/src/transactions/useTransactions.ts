/** An account and its transactions: the newest page, older ones on demand, and live what comes. */
import type { Cents, Iban } from '@bank/topology';
import { useClientHandle } from '@urql/vue';
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch, type ComputedRef, type Ref, type WritableComputedRef } from 'vue';
import { explain, type Failure } from '../api/failure.ts';
import { useLiveConnection } from '../live/useLiveConnection.ts';
import { useSession } from '../session/useSession.ts';
import { transactionsSubscription } from './documents.ts';
import { isFiltering, matches, type TransactionFilter } from './filter.ts';
import { createFrameBatch } from './frameBatch.ts';
import type { AccountSource } from './source.ts';
import { addNewest, addOlder, joinPage, newestCursor, oldestCursor, startFrom, trim, type Timeline } from './timeline.ts';
import { readTransaction, type AccountPage, type Transaction } from './transaction.ts';
import { useFilterQuery } from './useFilterQuery.ts';
import { usePageSize, type PageSize } from './usePageSize.ts';

export type LoadState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string };

export type UseTransactions = {
  readonly state: Readonly<Ref<LoadState>>;
  readonly iban: ComputedRef<Iban | undefined>;
  /** After the newest transaction, whether the filter shows it or not; undefined until it is known. */
  readonly balance: ComputedRef<Cents | undefined>;
  /** Those that the filter lets through, newest first. */
  readonly transactions: ComputedRef<readonly Transaction[]>;
  /** The newest ones whatever the filter, newest first: for a chart, say. */
  readonly unfiltered: ComputedRef<readonly Transaction[]>;
  readonly hasOlder: ComputedRef<boolean>;
  readonly isLoadingOlder: Readonly<Ref<boolean>>;
  /** Those of another filter are on their way: what is shown is still that of the one before. */
  readonly isRefiltering: Readonly<Ref<boolean>>;
  /** Why a page of the list did not come; empty when all is well. */
  readonly problem: Readonly<Ref<string>>;
  readonly filter: Readonly<Ref<TransactionFilter>>;
  readonly setFilter: (filter: TransactionFilter) => void;
  /** Nothing of this account is masked for this user. */
  readonly showsAll: boolean;
  /** Whether this account may be searched by text. */
  readonly isSearchable: boolean;
  readonly pageSize: WritableComputedRef<PageSize>;
  /** Where more of the same can be read. */
  readonly source: AccountSource;
  /** Adds a page of older ones; a failure is left to another try. */
  readonly loadOlder: () => Promise<void>;
  /** Asks again for the page that did not come. */
  readonly retry: () => Promise<void>;
  /** Starts over, after a failure. */
  readonly reload: () => Promise<void>;
}

export type TransactionsOptions = {
  /** Only where IBANs are not masked the bank searches by text: as a rule where the source shows all. */
  readonly isSearchable?: boolean;
}

/** As many rows are shown as new in a second. */
const mostNewASecond = 5;

/** The cursor before an account's first transaction. */
const beginning = '';

/** The transactions that a filter lets through. */
type Matching = { readonly filter: TransactionFilter; readonly timeline: Timeline }

/** @param arrived oldest first, those that do not match among them */
const addMatching = ({ filter, timeline }: Matching, arrived: readonly Transaction[]): Matching => ({
  filter,
  timeline: arrived.filter(transaction => matches(filter, transaction)).reduce(addNewest, timeline),
});

/**
 * Loads an account and follows it until the component that uses it is gone.
 *
 * The stream is followed unfiltered, and the filter applied to what it brings: so the balance stays right, and a stream that was cut
 * resumes after the newest transaction of all, with no gap and no duplicate whatever the filter.
 */
export const useTransactions = (source: AccountSource, { isSearchable = source.showsAll === true }: TransactionsOptions = {}): UseTransactions => {
  const { client } = useClientHandle();
  const live = useLiveConnection();
  const session = useSession();
  const pageSize = usePageSize();
  const { filter, setFilter } = useFilterQuery(isSearchable);

  const state = shallowRef<LoadState>({ kind: 'loading' });
  const account = shallowRef<AccountPage>();
  const timeline = shallowRef<Timeline>(startFrom({ transactions: [], hasOlder: false }));
  const matching = shallowRef<Matching>();
  /** What arrived for another filter while its page is on its way. */
  let next: Matching | undefined;
  const isLoadingOlder = shallowRef(false);
  const isRefiltering = shallowRef(false);
  const problem = shallowRef('');
  /** What is on screen. */
  const shown = computed(() => matching.value?.timeline ?? timeline.value);
  /** The newest that arrived, on screen already or in the next frame. */
  let newest: Transaction | undefined;
  /** Moments of the last second at which one arrived. */
  let arrivalsMs: readonly number[] = [];
  let unfollow: (() => void) | undefined;
  let isDisposed = false;

  const read = (request: Omit<Parameters<AccountSource>[1], 'first'>, first: number = pageSize.value): ReturnType<AccountSource> =>
    source(client, { first, ...request });

  const notice = (failure: Failure): void => {
    if (failure === 'unauthenticated') session.expire();
    problem.value = explain(failure);
  };
  const fail = (failure: Failure): void => {
    if (failure === 'unauthenticated') session.expire();
    state.value = { kind: 'failed', reason: explain(failure) };
  };

  const batch = createFrameBatch<Transaction>(transactions => {
    timeline.value = transactions.reduce(addNewest, timeline.value);
    if (matching.value !== undefined) matching.value = addMatching(matching.value, transactions);
    if (next !== undefined) next = addMatching(next, transactions);
  });

  const follow = (iban: Iban): void => {
    unfollow?.();
    unfollow = live.follow({
      document: transactionsSubscription,
      variables: () => ({ iban, after: newest?.cursor ?? newestCursor(timeline.value) ?? beginning }),
      onData: ({ transactions: edge }) => {
        const nowMs = performance.now();
        // In a flood nobody sees which row is new, and so many animations at once would cost every frame.
        arrivalsMs = [...arrivalsMs.filter(ms => nowMs - ms < 1_000), nowMs];
        newest = { ...readTransaction(edge), ...(arrivalsMs.length <= mostNewASecond ? { arrivedAtMs: nowMs } : {}) };
        batch.add(newest);
      },
      onRefused: fail,
    });
  };

  /** Reads what the filter lets through: older than the newest that is known, which the stream goes on from. */
  const refilter = async (): Promise<void> => {
    const wanted = filter.value;
    problem.value = '';
    batch.flush();
    const [top] = timeline.value.transactions;
    isRefiltering.value = isFiltering(wanted) && top !== undefined;
    const start = { filter: wanted, timeline: startFrom({ transactions: [], hasOlder: false }) };
    next = undefined;
    if (!isRefiltering.value || top === undefined) {
      matching.value = isFiltering(wanted) ? start : undefined;
      return;
    }
    next = addMatching(start, [top]);
    const answer = await read({ after: top.cursor, filter: wanted });
    // Another filter is wanted by now, and on its way.
    if (isDisposed || wanted !== filter.value) return;
    isRefiltering.value = false;
    if (answer.kind === 'failed' || answer.data === null) notice(answer.kind === 'failed' ? answer.failure : 'rejected');
    else matching.value = { filter: wanted, timeline: joinPage(next.timeline, answer.data) };
    next = undefined;
  };

  const reload = async (): Promise<void> => {
    state.value = { kind: 'loading' };
    const answer = await read({});
    if (isDisposed) return;
    if (answer.kind === 'failed' || answer.data === null) {
      fail(answer.kind === 'failed' ? answer.failure : 'rejected');
      return;
    }
    batch.stop();
    newest = undefined;
    account.value = answer.data;
    timeline.value = startFrom(answer.data);
    follow(answer.data.iban);
    await refilter();
    state.value = { kind: 'ready' };
  };

  const loadOlder = async (first: number = pageSize.value): Promise<void> => {
    if (isLoadingOlder.value || isRefiltering.value || !shown.value.hasOlder) return;
    isLoadingOlder.value = true;
    problem.value = '';
    const wanted = matching.value?.filter;
    const after = oldestCursor(shown.value);
    const answer = await read({ after, ...(wanted === undefined ? {} : { filter: wanted }) }, first);
    isLoadingOlder.value = false;
    if (answer.kind === 'failed') notice(answer.failure);
    // Left out when another filter has come meanwhile.
    else if (answer.data !== null && wanted === matching.value?.filter) show(addOlder(shown.value, answer.data, after));
  };

  function show(next: Timeline): void {
    if (matching.value === undefined) timeline.value = next;
    else matching.value = { ...matching.value, timeline: next };
  }

  watch(filter, () => void refilter());
  watch(pageSize, async most => {
    show(trim(shown.value, most));
    const missing = most - shown.value.transactions.length;
    if (missing > 0) await loadOlder(missing);
  });
  onScopeDispose(() => {
    isDisposed = true;
    batch.stop();
    unfollow?.();
  });
  void reload();

  return {
    state: shallowReadonly(state),
    iban: computed(() => account.value?.iban),
    balance: computed(() => timeline.value.transactions[0]?.newBalance ?? account.value?.balance),
    transactions: computed(() => shown.value.transactions),
    unfiltered: computed(() => timeline.value.transactions),
    hasOlder: computed(() => shown.value.hasOlder),
    isLoadingOlder: shallowReadonly(isLoadingOlder),
    isRefiltering: shallowReadonly(isRefiltering),
    problem: shallowReadonly(problem),
    filter,
    setFilter,
    showsAll: source.showsAll === true,
    isSearchable,
    pageSize,
    source,
    loadOlder: () => loadOlder(),
    retry: () => (matching.value?.filter === filter.value || !isFiltering(filter.value) ? loadOlder() : refilter()),
    reload,
  };
};
