import { cents, company } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { isUnfinished, type Life, type RecordPlace } from './life.ts';
import { showMs, stepsOf, wholeMs } from './steps.ts';

const start = Date.UTC(2026, 0, 2, 3, 4, 5);
const after = (ms: number): Date => new Date(start + ms);
const record = (topic: string, ms: number): RecordPlace => ({ topic, partition: 3, offset: '7', writtenAt: after(ms) });

const life: Life = {
  id: '34894458-4c4b-3f0a-2e6e-6b0e9a665275',
  status: 'CONFIRMED',
  reason: null,
  amount: cents(25_00n),
  from: 'cash',
  to: company.iban,
  description: '',
  command: record('confirm_money_transfer', 0),
  settledAt: after(4),
  feedback: record('money_transfer_feedback', 6),
  changes: [{ id: 'a', iban: company.iban, changedBy: cents(25_00n), newBalance: cents(25_00n), record: record('balance_changed', 8) }],
};

describe('the steps of a transfer', () => {
  it('stand in the order in which the bank takes them, each with the time since the one it follows', () => {
    expect(stepsOf(life).map(({ kind, tookMs }) => [kind, tookMs])).toEqual([
      ['command', null], ['settled', 4], ['feedback', 2], ['change', 4],
    ]);
    expect(wholeMs(life)).toBe(8);
  });

  it('lie in the whole as parts of it', () => {
    expect(stepsOf(life).map(({ span }) => span)).toEqual([
      null, { start: 0, length: 0.5 }, { start: 0.5, length: 0.25 }, { start: 0.5, length: 0.5 },
    ]);
  });

  it('are not measured against what left no trace', () => {
    const traceless: Life = { ...life, command: null, settledAt: null };
    expect(stepsOf(traceless).map(({ tookMs, span }) => [tookMs, span])).toEqual([[null, null], [null, null], [null, null], [null, null]]);
    expect(wholeMs({ ...traceless, feedback: null })).toBeNull();
  });

  it('say so when two clocks disagree, and draw nothing', () => {
    const [, settled] = stepsOf({ ...life, settledAt: after(-3) });
    expect(settled).toMatchObject({ tookMs: -3, span: null });
    expect(showMs(-3)).toBe('clocks disagree');
  });

  it('are told in words', () => {
    expect([0, 1, 9_999, 12_340, null].map(showMs)).toEqual(['< 1 ms', '1 ms', '9999 ms', '12.3 s', 'not known']);
  });
});

describe('a life', () => {
  it('is unfinished while the answer, its row or the changes of a confirmed transfer are to come', () => {
    expect(isUnfinished(life, false)).toBe(false);
    expect(isUnfinished({ ...life, status: 'PENDING' }, false)).toBe(true);
    expect(isUnfinished({ ...life, feedback: null }, false)).toBe(true);
    expect(isUnfinished({ ...life, changes: [] }, false)).toBe(true);
    expect(isUnfinished({ ...life, status: 'REFUSED', changes: [] }, false)).toBe(false);
  });

  it('has as many changes as it has accounts of this bank for those who see all, and one for a client', () => {
    const between: Life = { ...life, from: 'NL39OPEN0000000001' };
    expect(isUnfinished(life, true)).toBe(false);
    expect([isUnfinished(between, true), isUnfinished(between, false)]).toEqual([true, false]);
  });
});
