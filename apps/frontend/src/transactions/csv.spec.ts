import { cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { csvHead, csvLines, harmless, plainAmount } from './csv.ts';

const rent = {
  id: 'id', cursor: 'cursor', changedBy: cents(-25_05n), newBalance: cents(9007199254740993_07n), fromTo: 'Albert Heijn BV', description: 'Rent',
  changedAt: new Date('2026-01-02T03:04:05.678Z'), transferId: 'transfer',
};

describe('transactions as CSV', () => {
  it('begin with a byte order mark and the names of the columns', () => {
    expect(csvHead).toBe('\uFEFFTime,From or to,Description,Amount in EUR,Balance in EUR,Transfer,Transaction\r\n');
  });

  it('are one line each, amounts as plain numbers that lose no cent', () => {
    expect(csvLines([rent])).toBe('2026-01-02T03:04:05.678Z,Albert Heijn BV,Rent,-25.05,9007199254740993.07,transfer,id\r\n');
  });

  it('quote what holds a comma, a quote or a line end', () => {
    expect(csvLines([{ ...rent, fromTo: 'Heijn, "Albert"', description: 'two\nlines' }])).toContain(',"Heijn, ""Albert""","two\nlines",');
  });

  it.each(['=1+1', '+31', '-5', '@SUM(A1)', '\tx', '\rx'])('never run %j as a formula', text => {
    expect(harmless(text)).toBe(`'${text}`);
    expect(csvLines([{ ...rent, description: text }])).toContain(`'${text}`);
  });

  it('leave a negative amount a number, for it is no text', () => {
    expect([plainAmount(-5n), plainAmount(0n), plainAmount(100n)]).toEqual(['-0.05', '0.00', '1.00']);
  });

  it('leave other texts as they are', () => {
    expect(['a=b', '', "'quoted"].map(harmless)).toEqual(['a=b', '', "'quoted"]);
  });
});
