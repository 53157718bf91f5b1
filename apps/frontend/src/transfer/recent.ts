/** To whom this client sent money before, to offer it again. Pure. */
import { cash } from '@bank/topology';
import type { Transaction } from '../transactions/transaction.ts';

/** More would be a list to search, not one to glance at. */
export const mostRecent = 8;

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].slice(0, mostRecent);

/** A recipient is first from now on. */
export const remember = (remembered: readonly string[], to: string): readonly string[] => distinct([to, ...remembered]);

/** Those remembered first, then those of the transactions on screen, each once. */
export const recentRecipients = (remembered: readonly string[], transactions: readonly Transaction[]): readonly string[] =>
  distinct([
    ...remembered,
    ...transactions.filter(({ changedBy, fromTo }) => changedBy < 0n && fromTo !== cash).map(({ fromTo }) => fromTo),
  ]);

/** What was stored, as far as it makes sense. */
export const readRemembered = (stored: string): readonly string[] => {
  try {
    const names: unknown = JSON.parse(stored);
    return Array.isArray(names) ? distinct(names.filter(name => typeof name === 'string')) : [];
  } catch {
    return [];
  }
};
