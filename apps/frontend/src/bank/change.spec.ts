import { ibanOf, type Cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { addToFeed, feedLength, Gathering, type Change } from './change.ts';

const iban = (n: number) => ibanOf(String(n).padStart(10, '0'));
const change = (n: number, account = 1): Change => ({
  id: `id ${n}`, iban: iban(account), changedBy: 100n as Cents, newBalance: BigInt(n) as Cents, fromTo: 'cash', description: '',
  changedAt: new Date(n), transferId: null,
});

const gatheringOf = (...changes: readonly Change[]): Gathering => {
  const gathering = new Gathering();
  for (const one of changes) gathering.add(one);
  return gathering;
};
const idsOf = (changes: readonly Change[]): readonly string[] => changes.map(({ id }) => id);

describe('changes that are gathered', () => {
  it('come newest first, and of each account the last', () => {
    const { newest, latest } = gatheringOf(change(1, 1), change(2, 2), change(3, 1)).take();
    expect(idsOf(newest)).toEqual(['id 3', 'id 2', 'id 1']);
    expect([...latest.values()].map(({ id }) => id)).toEqual(['id 3', 'id 2']);
  });

  it('are taken once', () => {
    const gathering = gatheringOf(change(1));
    gathering.take();
    expect(gathering.isEmpty).toBe(true);
    expect(gathering.take()).toEqual({ newest: [], latest: new Map() });
  });

  it('are no more than can be shown, however many come', () => {
    const { newest } = gatheringOf(...Array.from({ length: 1_050 }, (_, n) => change(n))).take();
    expect(newest).toHaveLength(feedLength);
    expect([newest[0]?.id, newest.at(-1)?.id]).toEqual(['id 1049', 'id 950']);
  });
});

describe('the newest changes of all', () => {
  it('push out the oldest', () => {
    const full = addToFeed([], gatheringOf(...Array.from({ length: feedLength }, (_, n) => change(n))).take());
    const feed = addToFeed(full, gatheringOf(change(100), change(101)).take());
    expect(feed).toHaveLength(feedLength);
    expect(idsOf(feed).slice(0, 3)).toEqual(['id 101', 'id 100', 'id 99']);
    expect(feed.at(-1)?.id).toBe('id 2');
  });
});
