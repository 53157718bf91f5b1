import { shallowRef, type ShallowRef } from 'vue';

export type Loading<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'ready'; readonly value: T };

export type UseLoading<T> = {
  readonly state: Readonly<ShallowRef<Loading<T>>>;
  readonly reload: () => Promise<void>;
}

/** Loads something once, at once, and again when asked to. The message of what is thrown is for people. */
export const useLoading = <T>(load: () => Promise<T>): UseLoading<T> => {
  const state = shallowRef<Loading<T>>({ kind: 'loading' });
  const reload = async (): Promise<void> => {
    state.value = { kind: 'loading' };
    try {
      state.value = { kind: 'ready', value: await load() };
    } catch (error) {
      state.value = { kind: 'failed', reason: `The measurements could not be loaded: ${error instanceof Error ? error.message : 'unknown'}.` };
    }
  };
  void reload();
  return { state, reload };
};
