/** Whether each subscriber was given what happened to its account, all of it, once, in order. Pure. */
import type { Followed } from './subscriber.ts';

export type Faults = {
  /** Changes that a subscriber was never given. */
  readonly lost: number;
  /** Those that it was given again. */
  readonly duplicates: number;
  /** Those that did not follow from the one before, and accounts that ended with another balance than the bank's. */
  readonly wrong: number;
};

/** Accounts as the bank has them: the version counts their changes. */
export type Accounts = ReadonlyMap<string, { readonly balance: bigint; readonly version: bigint }>;

export const faultsOf = (followed: readonly Followed[], accounts: Accounts): Faults => {
  const each = followed.map(({ iban, delivered, duplicates, breaks, balance }) => {
    const account = accounts.get(iban) ?? { balance: 0n, version: 0n };
    return { lost: Math.max(0, Number(account.version) - delivered), duplicates, wrong: breaks + (balance === account.balance ? 0 : 1) };
  });
  const sum = (name: keyof Faults): number => each.reduce((total, faults) => total + faults[name], 0);
  return { lost: sum('lost'), duplicates: sum('duplicates'), wrong: sum('wrong') };
};

export const isFaultless = ({ lost, duplicates, wrong }: Faults): boolean => lost + duplicates + wrong === 0;
