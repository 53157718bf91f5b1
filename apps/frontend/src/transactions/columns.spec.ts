import { describe, expect, it } from 'vitest';
import { hiddenOf, withColumn } from './columns.ts';

describe('the columns of the list', () => {
  it('are all there until one is hidden', () => {
    expect(hiddenOf('')).toEqual([]);
  });

  it('are hidden and shown one by one', () => {
    const stored = withColumn(withColumn('', 'balance', false), 'when', false);
    expect(hiddenOf(stored)).toEqual(['when', 'balance']);
    expect(hiddenOf(withColumn(stored, 'balance', true))).toEqual(['when']);
  });

  it('pay no heed to what was stored by another version', () => {
    expect(hiddenOf('balance,colour,')).toEqual(['balance']);
  });
});
