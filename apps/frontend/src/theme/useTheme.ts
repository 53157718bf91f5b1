import { useColorMode } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';

export type Theme = 'light' | 'dark' | 'system';

export type UseTheme = {
  readonly theme: ComputedRef<Theme>;
  /** Goes on to the next: system, light, dark. */
  readonly next: () => void;
}

/** Where the choice is kept; `public/theme.js` reads it before the first paint. */
const storageKey = 'open-bank-theme';

const following = { auto: 'light', light: 'dark', dark: 'auto' } as const;

/** The colour theme: light, dark, or as the system has it. */
export const useTheme = (): UseTheme => {
  // With disableTransition it would inject an inline style, which the content security policy forbids.
  const { store } = useColorMode({ storageKey, disableTransition: false });
  return {
    theme: computed(() => (store.value === 'auto' ? 'system' : store.value)),
    next() {
      store.value = following[store.value];
    },
  };
};
