import { company } from '@bank/topology';
import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import { explain } from '../api/failure.ts';
import type { Following, LiveConnection } from '../live/connection.ts';
import { setUpWith, silence, type Bank } from '../testing/bank.ts';
import { noFilter } from './filter.ts';
import { companyAccount } from './source.ts';
import { useTransactions, type TransactionsOptions } from './useTransactions.ts';

/** The nth transaction of the company, each of one euro. */
const nth = (n: number) => ({
  cursor: `cursor ${n}`,
  node: {
    id: `id ${n}`,
    changedBy: '100',
    newBalance: String(n * 100),
    fromTo: 'cash',
    description: '',
    changedAt: '2026-01-02T03:04:05.678Z',
  },
});

/** As the nth, but money that left. */
const out = (n: number): ReturnType<typeof nth> => ({ ...nth(n), node: { ...nth(n).node, changedBy: '-100' } });

const companyWith = (edges: readonly unknown[], { balance = '0', hasNextPage = false } = {}): unknown => ({
  company: { iban: company.iban, balance, transactions: { edges, pageInfo: { hasNextPage } } },
});

/** A live connection in the hands of the spec. */
const liveByHand = () => {
  let current: Following<unknown, Record<string, unknown>> | undefined;
  const stop = vi.fn(() => { current = undefined; });
  const live: LiveConnection = {
    ...silence(),
    follow(following) {
      current = following as unknown as typeof current;
      return stop;
    },
  };
  return {
    live,
    stop,
    isFollowed: () => current !== undefined,
    variables: () => current?.variables(),
    arrive: (edge: number | ReturnType<typeof nth>) => {
      current?.onData({ transactions: typeof edge === 'number' ? nth(edge) : edge });
    },
  };
};

const setUp = async (bank: Bank, options: TransactionsOptions = {}) => {
  const hand = liveByHand();
  const { result, leave } = setUpWith(bank, () => useTransactions(companyAccount, options), hand.live);
  await flushPromises();
  return { ...hand, account: result, leave };
};
const cursorsOf = (account: ReturnType<typeof useTransactions>): string[] => account.transactions.value.map(({ cursor }) => cursor);

describe('the transactions of an account', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    // The filter of one list would be that of the next.
    history.replaceState(null, '', '/');
  });

  it('are followed from the newest that was read, and again from the newest that arrived', async () => {
    const { account, variables, arrive } = await setUp(() => companyWith([nth(2), nth(1)]));
    expect(variables()).toEqual({ iban: company.iban, after: 'cursor 2' });
    arrive(3);
    expect(cursorsOf(account)).toEqual(['cursor 3', 'cursor 2', 'cursor 1']);
    expect(variables()).toEqual({ iban: company.iban, after: 'cursor 3' });
  });

  it('carry the balance: that of the newest, or of the account when there is none', async () => {
    const { account, arrive } = await setUp(() => companyWith([], { balance: '100000000000000001' }));
    expect(account.balance.value).toBe(100000000000000001n);
    arrive(1);
    expect(account.balance.value).toBe(100n);
  });

  it('are followed from the very first on an account that has none yet', async () => {
    const { account, arrive, variables } = await setUp(() => companyWith([]));
    expect(variables()).toEqual({ iban: company.iban, after: '' });
    arrive(1);
    expect(variables()).toEqual({ iban: company.iban, after: 'cursor 1' });
    expect(cursorsOf(account)).toEqual(['cursor 1']);
  });

  it('go on into the past when asked', async () => {
    const pages = [companyWith([nth(4), nth(3)], { hasNextPage: true }), companyWith([nth(2), nth(1)])];
    const asked: unknown[] = [];
    const { account } = await setUp(({ variables }) => {
      asked.push(variables['after']);
      return pages.shift();
    });
    await account.loadOlder();
    await account.loadOlder();
    expect(asked).toEqual([null, 'cursor 3']);
    expect(cursorsOf(account)).toEqual(['cursor 4', 'cursor 3', 'cursor 2', 'cursor 1']);
    expect(account.hasOlder.value).toBe(false);
  });

  it('are those of the filter, while the stream and the balance go on with all of them', async () => {
    const asked: unknown[] = [];
    let answer = (_page: unknown): void => undefined;
    const { account, arrive, variables } = await setUp(({ variables }) => {
      asked.push(variables);
      if (variables['direction'] === 'ALL') return companyWith([nth(4), out(3), nth(2)]);
      return new Promise(resolve => { answer = resolve; });
    });
    account.setFilter({ ...noFilter, direction: 'IN' });
    await flushPromises();
    expect(asked.at(-1)).toMatchObject({ direction: 'IN', after: 'cursor 4' });
    expect(account.isRefiltering.value).toBe(true);

    arrive(out(5));
    arrive(nth(6));
    answer(companyWith([nth(2), nth(1)]));
    await vi.waitUntil(() => !account.isRefiltering.value);
    await vi.waitUntil(() => account.transactions.value.length === 4);
    expect(cursorsOf(account)).toEqual(['cursor 6', 'cursor 4', 'cursor 2', 'cursor 1']);

    arrive(out(7));
    await vi.waitUntil(() => account.balance.value === 700n);
    expect(cursorsOf(account)[0]).toBe('cursor 6');
    expect(variables()).toEqual({ iban: company.iban, after: 'cursor 7' });

    account.setFilter(noFilter);
    await flushPromises();
    expect(cursorsOf(account)).toEqual([7, 6, 5, 4, 3, 2].map(n => `cursor ${n}`));
  });

  it('are none of a filter on an account that has none, without asking', async () => {
    const bank = vi.fn<Bank>(() => companyWith([]));
    const { account } = await setUp(bank);
    account.setFilter({ ...noFilter, direction: 'OUT' });
    await flushPromises();
    expect(bank).toHaveBeenCalledOnce();
    expect(cursorsOf(account)).toEqual([]);
  });

  it('stand still while they are paused, and go on from where they stopped', async () => {
    const isPaused = shallowRef(false);
    const { account, arrive, isFollowed, variables } = await setUp(() => companyWith([nth(1)]), { isPaused: () => isPaused.value });
    expect(isFollowed()).toBe(true);
    arrive(2);
    arrive(3);
    isPaused.value = true;
    await flushPromises();
    expect(isFollowed()).toBe(false);
    expect(cursorsOf(account)).toEqual(['cursor 3', 'cursor 2', 'cursor 1']);

    isPaused.value = false;
    await flushPromises();
    expect(variables()).toEqual({ iban: company.iban, after: 'cursor 3' });
  });

  it('say why they are not there, and come at another try', async () => {
    let isCut = true;
    const { account } = await setUp(() => {
      if (isCut) throw new TypeError('network');
      return companyWith([nth(1)]);
    });
    expect(account.state.value).toEqual({ kind: 'failed', reason: explain('unreachable') });
    isCut = false;
    await account.reload();
    expect(account.state.value.kind).toBe('ready');
  });

  it('are left alone when their page is', async () => {
    const { leave, stop } = await setUp(() => companyWith([]));
    leave();
    expect(stop).toHaveBeenCalledOnce();
  });
});
