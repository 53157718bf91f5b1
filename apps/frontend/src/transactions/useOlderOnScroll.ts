/** Loads more when the reader scrolls near the end of a list, and only then: a short page does not fill itself up. */
import { useEventListener, useIntersectionObserver } from '@vueuse/core';
import { shallowRef, type Ref } from 'vue';

/** How far below the window the end may be, in pixels: about one page ahead of the reader. */
const rootMargin = '0px 0px 400px 0px';

/** @param end the element at the end of the list */
export const useOlderOnScroll = (end: Readonly<Ref<HTMLElement | null>>, loadOlder: () => void): void => {
  const isNear = shallowRef(false);
  let hasScrolled = false;

  const loadWhenDue = (): void => {
    if (!isNear.value || !hasScrolled) return;
    hasScrolled = false;
    loadOlder();
  };
  useIntersectionObserver(end, entries => {
    isNear.value = entries.at(-1)?.isIntersecting ?? false;
    loadWhenDue();
  }, { rootMargin });
  useEventListener(window, 'scroll', () => {
    hasScrolled = true;
    loadWhenDue();
  }, { passive: true });
};
