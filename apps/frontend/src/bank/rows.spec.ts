import { ibanOf, type Cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import type { Change } from './change.ts';
import { addPage, applyChanges, readAccountsPage, searchOf, type AccountRow } from './rows.ts';

const iban = (n: number) => ibanOf(String(n).padStart(10, '0'));
const row = (account: number, { balance = 0n, at = 10 }: { balance?: bigint; at?: number | null } = {}): AccountRow => ({
  iban: iban(account), balance: balance as Cents, changedAt: at === null ? null : new Date(at), liveChanges: 0,
});
const latest = (account: number, balance: bigint, at: number) => {
  const change: Change = {
    id: `${account} at ${at}`, iban: iban(account), changedBy: 1n as Cents, newBalance: balance as Cents, fromTo: 'cash', description: '',
    changedAt: new Date(at), transferId: null,
  };
  return new Map([[change.iban, change]]);
};

describe('a change that arrives', () => {
  it('is what its row shows from then on, and counts as seen live', () => {
    const rows = applyChanges([row(1), row(2)], latest(2, 500n, 20));
    expect(rows[1]).toEqual({ iban: iban(2), balance: 500n, changedAt: new Date(20), liveChanges: 1 });
  });

  it('leaves the other rows the objects they were', () => {
    const rows = [row(1), row(2)];
    expect(applyChanges(rows, latest(2, 500n, 20))[0]).toBe(rows[0]);
  });

  it('does nothing to a list without its account', () => {
    const rows = [row(1)];
    expect(applyChanges(rows, latest(2, 500n, 20))).toBe(rows);
  });

  it('says less than a row that was read after it', () => {
    const rows = [row(1, { balance: 700n, at: 30 })];
    expect(applyChanges(rows, latest(1, 500n, 20))).toBe(rows);
  });

  it('counts when it is of the same instant, for the stream has the order', () => {
    expect(applyChanges([row(1, { balance: 700n, at: 20 })], latest(1, 500n, 20))[0]).toMatchObject({ balance: 500n, liveChanges: 1 });
  });

  it('is no news when the row was read with it', () => {
    expect(applyChanges([row(1, { balance: 500n, at: 20 })], latest(1, 500n, 20))[0]).toMatchObject({ balance: 500n, liveChanges: 0 });
  });

  it('is the first of an account that never changed', () => {
    expect(applyChanges([row(1, { at: null })], latest(1, 500n, 20))[0]).toMatchObject({ balance: 500n, liveChanges: 1 });
  });
});

describe('the next page', () => {
  it('adds no account twice, though it moved in the order', () => {
    const rows = addPage([row(1), row(2)], { rows: [row(2), row(3)], next: null });
    expect(rows.map(({ iban: id }) => id)).toEqual([1, 2, 3].map(iban));
  });

  it('starts behind the last row, when there is one', () => {
    const edges = [{ cursor: 'a', node: { iban: iban(1), balance: '-5', changedAt: null } }];
    expect(readAccountsPage({ edges, pageInfo: { hasNextPage: true } })).toEqual({
      rows: [{ iban: iban(1), balance: -5n, changedAt: null, liveChanges: 0 }], next: 'a',
    });
    expect(readAccountsPage({ edges, pageInfo: { hasNextPage: false } }).next).toBeNull();
  });
});

describe('a search as typed', () => {
  it('may have the groups that people write', () => {
    expect(searchOf(' nl66 open 0000')).toBe('nl66open0000');
  });
});
