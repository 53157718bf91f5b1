/** An account and its transactions: the newest page, older ones on demand, and live what comes. */
import type { Cents, Iban } from '@bank/topology';
import { useClientHandle } from '@urql/vue';
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch, type ComputedRef, type Ref, type WritableComputedRef } from 'vue';
import { explain, type Failure } from '../api/failure.ts';
import { useSession } from '../session/useSession.ts';
import { isFiltering, type TransactionFilter } from './filter.ts';
import type { AccountSource, PageReading } from './source.ts';
import { addNewest, newestCursor, startFrom, type Timeline } from './timeline.ts';
import type { AccountPage, Transaction } from './transaction.ts';
import { useFilterQuery } from './useFilterQuery.ts';
import { useFollowing } from './useFollowing.ts';
import { useMatching } from './useMatching.ts';
import { useOlder } from './useOlder.ts';
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
  readonly isRefiltering: ComputedRef<boolean>;
  /** Why a page of the list did not come; empty when all is well. */
  readonly problem: Readonly<Ref<string>>;
  readonly filter: Readonly<Ref<TransactionFilter>>;
  readonly setFilter: (filter: TransactionFilter) => void;
  /** Nothing of this account is masked for this user. */
  readonly showsAll: boolean;
  /** Whether this account may be searched by text. */
  readonly isSearchable: boolean;
  readonly pageSize: WritableComputedRef<PageSize>;
  readonly isPaused: () => boolean;
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
  /** Whether the reader wants it to stand still; what happens meanwhile comes when this ends. */
  readonly isPaused?: () => boolean;
}

/**
 * Loads an account and follows it until the component that uses it is gone.
 *
 * The stream is followed unfiltered, and the filter applied to what it brings: so the balance stays right, and a stream that was cut
 * resumes after the newest transaction of all, with no gap and no duplicate whatever the filter.
 */
export const useTransactions = (
  source: AccountSource, { isSearchable = source.showsAll === true, isPaused = () => false }: TransactionsOptions = {},
): UseTransactions => {
  const { client } = useClientHandle();
  const session = useSession();
  const pageSize = usePageSize();
  const { filter, setFilter } = useFilterQuery(isSearchable);

  const state = shallowRef<LoadState>({ kind: 'loading' });
  const account = shallowRef<AccountPage>();
  const all = shallowRef<Timeline>(startFrom({ transactions: [], hasOlder: false }));
  const problem = shallowRef('');
  let isDisposed = false;
  onScopeDispose(() => { isDisposed = true; });

  const reasonOf = (failure: Failure): string => {
    if (failure === 'unauthenticated' && !isDisposed) session.expire();
    return explain(failure);
  };
  const fail = (failure: Failure): void => { state.value = { kind: 'failed', reason: reasonOf(failure) }; };
  const pages: PageReading = {
    read: request => {
      problem.value = '';
      return source(client, { first: pageSize.value, ...request });
    },
    onFailure: failure => { problem.value = reasonOf(failure); },
  };

  const { follow, flush } = useFollowing({
    isPaused,
    onArrived: transactions => {
      all.value = transactions.reduce(addNewest, all.value);
      matching.add(transactions);
    },
    onRefused: fail,
  });
  const matching = useMatching({ all, flush, ...pages });
  const { shown, shownFilter, isRefiltering } = matching;
  const { isLoadingOlder, loadOlder } = useOlder({ matching, pageSize, ...pages });

  const refilter = (): Promise<void> => {
    problem.value = '';
    return matching.refilter(filter.value);
  };
  watch(filter, refilter);

  const reload = async (): Promise<void> => {
    state.value = { kind: 'loading' };
    const answer = await pages.read({});
    if (answer.kind === 'failed') {
      fail(answer.failure);
      return;
    }
    account.value = answer.data;
    all.value = startFrom(answer.data);
    follow(answer.data.iban, newestCursor(all.value));
    await refilter();
    state.value = { kind: 'ready' };
  };
  void reload();

  return {
    state: shallowReadonly(state),
    iban: computed(() => account.value?.iban),
    balance: computed(() => all.value.transactions[0]?.newBalance ?? account.value?.balance),
    transactions: computed(() => shown.value.transactions),
    unfiltered: computed(() => all.value.transactions),
    hasOlder: computed(() => shown.value.hasOlder),
    isLoadingOlder,
    isRefiltering,
    problem: shallowReadonly(problem),
    filter,
    setFilter,
    showsAll: source.showsAll === true,
    isSearchable,
    pageSize,
    isPaused,
    source,
    loadOlder,
    retry: () => (shownFilter.value === filter.value || !isFiltering(filter.value) ? loadOlder() : refilter()),
    reload,
  };
};
