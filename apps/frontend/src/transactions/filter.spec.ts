import { cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { filterOf, isFiltering, matches, noFilter, withFilter } from './filter.ts';
import type { Transaction } from './transaction.ts';

const rent: Transaction = {
  id: 'id', cursor: 'cursor', changedBy: cents(-25_00n), newBalance: cents(75_00n), fromTo: 'Albert Heijn BV', description: 'Rent 50%',
  changedAt: new Date(0), transferId: null,
};

describe('a filter', () => {
  it('that wants all lets everything through', () => {
    expect(matches(noFilter, rent)).toBe(true);
    expect(isFiltering(noFilter)).toBe(false);
  });

  it('looks at the direction as the account sees it', () => {
    expect(matches({ ...noFilter, direction: 'OUT' }, rent)).toBe(true);
    expect(matches({ ...noFilter, direction: 'IN' }, rent)).toBe(false);
  });

  it('takes the least amount for money in and out alike', () => {
    expect(matches({ ...noFilter, minAmount: cents(25_00n) }, rent)).toBe(true);
    expect(matches({ ...noFilter, minAmount: cents(25_01n) }, rent)).toBe(false);
  });

  it.each(['albert', 'RENT', 'nt 50%'])('finds %s in the other party or the description, in any case', search => {
    expect(matches({ ...noFilter, search }, rent)).toBe(true);
  });

  it.each(['Jumbo', '%', 'R_nt', 'Rent.*'])('takes %s as it is written', search => {
    expect(matches({ ...noFilter, search }, rent)).toBe(search === '%');
  });

  it('comes back from the address it was put in, next to what else is there', () => {
    const filter = { direction: 'IN', minAmount: cents(12_50n), search: 'Rent & more' } as const;
    const query = withFilter({ direction: 'out', tab: 'a' }, filter);
    expect(query).toEqual({ tab: 'a', direction: 'in', min: '1250', search: 'Rent & more' });
    expect(filterOf(query, true)).toEqual(filter);
    expect(withFilter(query, noFilter)).toEqual({ tab: 'a' });
  });

  it('is none when the address makes no sense, and has no text where none may be searched', () => {
    expect(filterOf({ direction: 'up', min: 'ten', search: ['a', 'b'] }, true)).toEqual(noFilter);
    expect(filterOf({ min: '-5', search: 'Rent' }, false)).toEqual(noFilter);
  });
});
