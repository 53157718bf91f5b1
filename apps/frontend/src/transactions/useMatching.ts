/** The transactions that a filter lets through, beside all of them. */
import { computed, shallowRef, type ComputedRef, type Ref } from 'vue';
import { isFiltering, matches, type TransactionFilter } from './filter.ts';
import type { PageReading } from './source.ts';
import { addNewest, joinPage, startFrom, type Timeline } from './timeline.ts';
import type { Transaction } from './transaction.ts';

/** The transactions that a filter lets through. */
type Matching = { readonly filter: TransactionFilter; readonly timeline: Timeline };

/** @param arrived oldest first, those that do not match among them */
const addMatching = ({ filter, timeline }: Matching, arrived: readonly Transaction[]): Matching => ({
  filter,
  timeline: arrived.filter(transaction => matches(filter, transaction)).reduce(addNewest, timeline),
});

/** Those of another filter, while their page is on its way: what arrives meanwhile is newer than the page. */
type Pending = { matching: Matching };

export type UseMatching = {
  /** What is on screen: all of them, or those that match. */
  readonly shown: ComputedRef<Timeline>;
  readonly show: (timeline: Timeline) => void;
  /** The filter of what is on screen; undefined when all are. */
  readonly shownFilter: ComputedRef<TransactionFilter | undefined>;
  /** Those of another filter are on their way: what is shown is still that of the one before. */
  readonly isRefiltering: ComputedRef<boolean>;
  /** Adds those that match. */
  readonly add: (arrived: readonly Transaction[]) => void;
  /** Reads what a filter lets through and shows it; a failure leaves what is on screen. */
  readonly refilter: (wanted: TransactionFilter) => Promise<void>;
}

type Parts = PageReading & {
  /** All of them, kept whatever the filter. */
  readonly all: Ref<Timeline>;
  /** Hands on what the stream brought so far: to `all`, and to `add`. */
  readonly flush: () => void;
}

export const useMatching = ({ all, flush, read, onFailure }: Parts): UseMatching => {
  const matching = shallowRef<Matching>();
  const pending = shallowRef<Pending>();

  /** The page is of what is older than the newest that is known, from which the stream goes on. */
  const refilter = async (wanted: TransactionFilter): Promise<void> => {
    flush();
    pending.value = undefined;
    const [top] = all.value.transactions;
    const none: Matching = { filter: wanted, timeline: startFrom({ transactions: [], hasOlder: false }) };
    if (!isFiltering(wanted) || top === undefined) {
      matching.value = isFiltering(wanted) ? none : undefined;
      return;
    }
    const own: Pending = { matching: addMatching(none, [top]) };
    pending.value = own;
    const answer = await read({ after: top.cursor, filter: wanted });
    // Another has been asked for by now, and is on its way.
    if (pending.value !== own) return;
    pending.value = undefined;
    if (answer.kind === 'failed') onFailure(answer.failure);
    else matching.value = { filter: wanted, timeline: joinPage(own.matching.timeline, answer.data) };
  };

  return {
    shown: computed(() => matching.value?.timeline ?? all.value),
    show(timeline) {
      if (matching.value === undefined) all.value = timeline;
      else matching.value = { ...matching.value, timeline };
    },
    shownFilter: computed(() => matching.value?.filter),
    isRefiltering: computed(() => pending.value !== undefined),
    add(arrived) {
      if (matching.value !== undefined) matching.value = addMatching(matching.value, arrived);
      if (pending.value !== undefined) pending.value.matching = addMatching(pending.value.matching, arrived);
    },
    refilter,
  };
};
