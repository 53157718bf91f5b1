import { cents, company } from '@bank/topology';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { computed, shallowRef } from 'vue';
import { setUpWith } from '../testing/bank.ts';
import { noFilter } from './filter.ts';
import type { AccountSource } from './source.ts';
import type { Transaction } from './transaction.ts';
import { mostRows, useDownload } from './useDownload.ts';

const transaction: Transaction = {
  id: 'id', cursor: 'cursor', changedBy: cents(1n), newBalance: cents(1n), fromTo: 'cash', description: '', changedAt: new Date(0), transferId: null,
};

/** An account of so many transactions, as the bank gives them page by page. */
const accountWith = (count: number): AccountSource => {
  let given = 0;
  return (_client, { first }) => {
    const transactions = Array.from({ length: Math.min(first, count - given) }, () => transaction);
    given += transactions.length;
    return Promise.resolve({ kind: 'answered', data: { iban: company.iban, balance: cents(1n), transactions, hasOlder: given < count } });
  };
};

const download = async (count: number) => {
  const files: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation(file => {
    if (file instanceof Blob) files.push(file);
    return '#';
  });
  const parts = { source: accountWith(count), filter: shallowRef(noFilter), iban: computed(() => company.iban) };
  const { result, leave } = setUpWith(() => undefined, () => useDownload(parts));
  await result.download();
  const state = result.state.value;
  leave();
  const lines = (await files[0]?.text())?.split('\r\n').slice(1, -1) ?? [];
  return { state, rows: lines.length, files: files.length };
};

describe('a download', () => {
  afterEach(() => { vi.restoreAllMocks(); });

  it('has all that the bank gives, up to a hundred thousand rows', async () => {
    expect(await download(mostRows)).toEqual({ state: { kind: 'done', rows: mostRows, isCut: false }, rows: mostRows, files: 1 });
  });

  it('ends there when there are more, and says so', async () => {
    expect(await download(mostRows + 1)).toEqual({ state: { kind: 'done', rows: mostRows, isCut: true }, rows: mostRows, files: 1 });
  });
});
