import { cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../transactions/transaction.ts';
import { mostRecent, readRemembered, recentRecipients, remember } from './recent.ts';

const change = (fromTo: string, changedBy: bigint): Transaction => ({
  id: fromTo, cursor: '', changedBy: cents(changedBy), newBalance: cents(0n), fromTo, description: '', changedAt: new Date(0), transferId: null,
});

describe('recent recipients', () => {
  it('are those remembered, then those of outgoing transactions, each once', () => {
    const transactions = [change('Anna', -1n), change('Bert', -1n), change('Cees', 1n), change('cash', -1n)];
    expect(recentRecipients(['Bert'], transactions)).toEqual(['Bert', 'Anna']);
  });

  it('begin with the last one, and are eight at most', () => {
    const names = Array.from({ length: 12 }, (_, at) => `Name ${at}`);
    const remembered = names.reduce<readonly string[]>(remember, []);
    expect(remembered).toHaveLength(mostRecent);
    expect(remember(remembered, 'Name 7')[0]).toBe('Name 7');
    expect(remember(remembered, 'Name 7')).toHaveLength(mostRecent);
  });

  it('are none when what was stored makes no sense', () => {
    expect(['', '{', '{}', '[1, null]'].map(readRemembered)).toEqual([[], [], [], []]);
    expect(readRemembered('["Anna",1]')).toEqual(['Anna']);
  });
});
