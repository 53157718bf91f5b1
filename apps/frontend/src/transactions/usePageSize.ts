/** How many transactions are read at a time: the reader's choice, remembered. */
import { useLocalStorage } from '@vueuse/core';
import { computed, type WritableComputedRef } from 'vue';

export const pageSizes = [5, 10, 20, 50, 100, 250] as const;
export type PageSize = (typeof pageSizes)[number];

/** What stands there until somebody chooses. */
export const usualPageSize: PageSize = 20;

/** A page size from what was stored, or the usual one when it is none that is offered. */
export const pageSizeOf = (stored: unknown): PageSize => pageSizes.find(size => size === Number(stored)) ?? usualPageSize;

/** The page size, the same for every list of this browser. */
export const usePageSize = (): WritableComputedRef<PageSize> => {
  const stored = useLocalStorage('bank:page-size', String(usualPageSize));
  return computed({ get: () => pageSizeOf(stored.value), set: size => { stored.value = String(size); } });
};
