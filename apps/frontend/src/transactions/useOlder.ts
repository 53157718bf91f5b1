/** What is older than what is on screen, a page at a time. */
import { shallowReadonly, shallowRef, watch, type Ref } from 'vue';
import type { PageReading } from './source.ts';
import { addOlder, oldestCursor, trim } from './timeline.ts';
import type { UseMatching } from './useMatching.ts';

export type UseOlder = {
  readonly isLoadingOlder: Readonly<Ref<boolean>>;
  /** Adds a page of older ones; a failure is left to another try. */
  readonly loadOlder: () => Promise<void>;
}

type Parts = PageReading & {
  readonly matching: UseMatching;
  /** When it changes, as many rows are shown. */
  readonly pageSize: Readonly<Ref<number>>;
}

export const useOlder = ({ matching, pageSize, read, onFailure }: Parts): UseOlder => {
  const { shown, show, shownFilter: filter, isRefiltering } = matching;
  const isLoadingOlder = shallowRef(false);

  const loadOlder = async (first: number = pageSize.value): Promise<void> => {
    if (isLoadingOlder.value || isRefiltering.value || !shown.value.hasOlder) return;
    isLoadingOlder.value = true;
    const wanted = filter.value;
    const after = oldestCursor(shown.value);
    const answer = await read({ first, after, filter: wanted });
    isLoadingOlder.value = false;
    if (answer.kind === 'failed') onFailure(answer.failure);
    // Left out when another filter has come meanwhile.
    else if (wanted === filter.value) show(addOlder(shown.value, answer.data, after));
  };

  watch(pageSize, async most => {
    show(trim(shown.value, most));
    const missing = most - shown.value.transactions.length;
    if (missing > 0) await loadOlder(missing);
  });

  return { isLoadingOlder: shallowReadonly(isLoadingOlder), loadOlder: () => loadOlder() };
};
