/** A transfer's life, asked for again until all of it is there. */
import { useClientHandle } from '@urql/vue';
import { useDocumentVisibility } from '@vueuse/core';
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { explain } from '../api/failure.ts';
import { ask } from '../api/request.ts';
import { useSession } from '../session/useSession.ts';
import { transferQuery } from './documents.ts';
import { isUnfinished, readLife, type Life } from './life.ts';

export type LifeState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly life: Life }
  /** There is no such transfer, or it is somebody else's: the bank does not say which. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

export type UseLife = {
  readonly state: Readonly<Ref<LifeState>>;
  /** Whether more of it is expected and asked for. */
  readonly isUnfinished: ComputedRef<boolean>;
  /** Asks at once. */
  readonly refresh: () => Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 5_000;
/** What has not come by then left no trace, and is not asked for any more. */
const patienceMs = 120_000;

/** @param id as it stands in the address, of whatever form */
export const useLife = (id: string): UseLife => {
  const { client } = useClientHandle();
  const session = useSession();
  const visibility = useDocumentVisibility();
  const state = shallowRef<LifeState>({ kind: 'loading' });
  const seesAll = computed(() => session.state.value.kind === 'employee');
  const hasGivenUp = shallowRef(false);
  const unfinished = computed(() => state.value.kind === 'known' && isUnfinished(state.value.life, seesAll.value) && !hasGivenUp.value);
  const began = performance.now();
  let pauseMs = firstPauseMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const read = async (): Promise<LifeState> => {
    const answer = await ask(client, transferQuery, { id });
    if (answer.kind === 'answered') {
      const { transfer } = answer.data;
      return transfer === null ? { kind: 'absent' } : { kind: 'known', life: readLife(transfer) };
    }
    if (answer.failure === 'unauthenticated') session.expire();
    // An id that is none is refused as input: for whoever typed it, there is no such transfer.
    return answer.failure === 'rejected' ? { kind: 'absent' } : { kind: 'failed', reason: explain(answer.failure) };
  };

  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    const next = await read();
    if (isOver) return;
    // What is known already stays on screen when asking again fails.
    if (next.kind !== 'failed' || state.value.kind !== 'known') state.value = next;
    if (performance.now() - began > patienceMs) hasGivenUp.value = true;
    if (!unfinished.value) return;
    timer = setTimeout(() => {
      if (visibility.value === 'visible') void refresh();
    }, pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
  };

  watch(visibility, now => {
    if (now === 'visible' && unfinished.value) void refresh();
  });
  onScopeDispose(() => {
    isOver = true;
    clearTimeout(timer);
  });
  void refresh();

  return { state: shallowReadonly(state), isUnfinished: unfinished, refresh };
};
