import { cash, limits } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { accountsAt, opensAccount } from './beats.ts';
import { firstSalary, transferOf, type Party, type Transfer } from './transfer.ts';

const transfersUpTo = (end: number, seed = 'a seed'): readonly Transfer[] =>
  Array.from({ length: end }, (_, beat) => beat).filter(beat => !opensAccount(beat)).map(beat => transferOf(seed, beat));

const nameOf = (party: Party): string => (party.type === 'outside' ? party.name : party.type);

describe('the transfers of a run', () => {
  it('are the same again for the same seed, whatever was drawn before', () => {
    const run = transfersUpTo(2_000);
    expect(transfersUpTo(2_000)).toEqual(run);
    expect(transferOf('a seed', 1_999)).toEqual(run.at(-1));
    expect(transfersUpTo(2_000, 'another seed')).not.toEqual(run);
  });

  it('stay as they are from version to version, for results are compared by them', () => {
    expect(transferOf('open-bank-mark', 21)).toEqual({
      kind: 'ah-pin',
      from: { type: 'account', ordinal: 12 },
      to: { type: 'outside', name: 'Albert Heijn BV' },
      amount: 25_84n,
      description: 'ah-pin Rotterdam',
    });
  });

  it('are of each kind as often as the mix says: of 70, 1, 3, 10, 40 and 16', () => {
    const run = transfersUpTo(70_000);
    const shareOf = (kind: Transfer['kind']): number => (run.filter(transfer => transfer.kind === kind).length / run.length) * 70;
    expect(shareOf('salary')).toBeCloseTo(1, 0);
    expect(shareOf('deposit')).toBeCloseTo(3, 0);
    expect(shareOf('withdrawal')).toBeCloseTo(10, 0);
    expect(shareOf('ah-pin')).toBeCloseTo(40, 0);
    expect(shareOf('other')).toBeCloseTo(16, 0);
  });

  it('go from and to whom their kind says', () => {
    const sides = new Set(transfersUpTo(5_000).map(({ kind, from, to }) => `${kind}: ${nameOf(from)} to ${nameOf(to)}`));
    expect([...sides].sort()).toEqual([
      'ah-pin: account to Albert Heijn BV',
      `deposit: ${cash} to account`,
      'other: account to account',
      'salary: company to account',
      `withdrawal: account to ${cash}`,
    ]);
  });

  it('draw on every account there is, and never on the same for both sides', () => {
    const drawn = new Set<number>();
    for (let beat = 601; beat < 800; beat += 1) {
      const { from, to } = transferOf('a seed', beat);
      expect(from).not.toEqual(to);
      for (const party of [from, to]) if (party.type === 'account') drawn.add(party.ordinal);
    }
    expect(Math.max(...drawn)).toBeLessThan(accountsAt(601));
    expect(drawn.size).toBe(accountsAt(601));
  });

  it('keep within the texts and amounts that the bank takes', () => {
    for (const { amount, description } of transfersUpTo(5_000)) {
      expect(amount > 0n && amount <= 2_400_00n).toBe(true);
      expect(description.length).toBeLessThanOrEqual(limits.descriptionLength);
    }
  });
});

/** A bank of nothing but balances, each account with its first salary from the start. Tells how many commands it confirmed. */
const confirmedShareOf = (seed: string, beats: number): number => {
  const balances: bigint[] = [];
  let confirmed = 0;
  for (let beat = 0; beat < beats; beat += 1) {
    if (opensAccount(beat)) {
      balances.push(firstSalary(seed, beat));
      confirmed += 1;
      continue;
    }
    const { from, to, amount } = transferOf(seed, beat);
    const balance = from.type === 'account' ? (balances[from.ordinal] ?? 0n) - amount : 0n;
    if (balance < limits.overdraft) continue;
    if (from.type === 'account') balances[from.ordinal] = balance;
    if (to.type === 'account') balances[to.ordinal] = (balances[to.ordinal] ?? 0n) + amount;
    confirmed += 1;
  }
  return confirmed / beats;
};

describe('an hour of the load', () => {
  const hourMs = 3_600_000;
  const seeds = ['open-bank-mark', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

  it.each(seeds)('is confirmed by 95% or more at one heartbeat a second (seed %s)', seed => {
    expect(confirmedShareOf(seed, hourMs / 1_000)).toBeGreaterThanOrEqual(0.95);
  });

  it('is confirmed by 95% or more at a hundred heartbeats a second', () => {
    expect(confirmedShareOf('open-bank-mark', hourMs / 10)).toBeGreaterThanOrEqual(0.95);
  });
});
