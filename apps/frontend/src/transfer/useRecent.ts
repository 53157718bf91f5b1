/** The recipients to offer a client, remembered in this browser for each account. */
import type { Iban } from '@bank/topology';
import { useLocalStorage } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';
import type { Transaction } from '../transactions/transaction.ts';
import { readRemembered, recentRecipients, remember } from './recent.ts';

export type UseRecent = {
  readonly recent: ComputedRef<readonly string[]>;
  readonly rememberRecipient: (to: string) => void;
}

/** @param transactions those on screen */
export const useRecent = (from: Iban, transactions: () => readonly Transaction[]): UseRecent => {
  const stored = useLocalStorage(`bank:recipients:${from}`, '[]');
  const remembered = computed(() => readRemembered(stored.value));
  return {
    recent: computed(() => recentRecipients(remembered.value, transactions())),
    rememberRecipient: to => { stored.value = JSON.stringify(remember(remembered.value, to)); },
  };
};
