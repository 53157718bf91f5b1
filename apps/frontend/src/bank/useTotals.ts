/** The bank as a whole, asked again and again while somebody looks at it. */
import { useClientHandle } from '@urql/vue';
import { useDocumentVisibility } from '@vueuse/core';
import { onScopeDispose, shallowReadonly, shallowRef, watch, type Ref } from 'vue';
import { explain } from '../api/failure.ts';
import { ask } from '../api/request.ts';
import { totalsQuery } from './documents.ts';
import { pauseMs, readTotals, type Totals } from './totals.ts';

export type UseTotals = {
  /** Undefined until they arrived. */
  readonly totals: Readonly<Ref<Totals | undefined>>;
  /** Why the newest did not arrive; those before stay. */
  readonly problem: Readonly<Ref<string | undefined>>;
  /** Asks now, whatever the pause. */
  readonly refresh: () => void;
}

/**
 * Asks until the component that uses it is gone.
 *
 * @param isPaused whether the user wants the figures to stand still
 */
export const useTotals = (onUnauthenticated: () => void, isPaused: () => boolean): UseTotals => {
  const { client } = useClientHandle();
  const visibility = useDocumentVisibility();
  const totals = shallowRef<Totals>();
  const problem = shallowRef<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isDisposed = false;
  let failures = 0;

  const isWanted = (): boolean => !isDisposed && !isPaused() && visibility.value === 'visible';

  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    if (isAsking) return;
    isAsking = true;
    const answer = await ask(client, totalsQuery, {});
    isAsking = false;
    if (isDisposed) return;
    if (answer.kind === 'answered') {
      totals.value = readTotals(answer.data.totals);
      problem.value = undefined;
      failures = 0;
    } else {
      failures++;
      problem.value = explain(answer.failure);
      if (answer.failure === 'unauthenticated') onUnauthenticated();
    }
    if (isWanted()) timer = setTimeout(() => void refresh(), pauseMs(failures));
  };

  watch([visibility, isPaused], () => {
    clearTimeout(timer);
    if (isWanted()) void refresh();
  }, { immediate: true });
  onScopeDispose(() => {
    isDisposed = true;
    clearTimeout(timer);
  });

  return { totals: shallowReadonly(totals), problem: shallowReadonly(problem), refresh: () => void refresh() };
};
