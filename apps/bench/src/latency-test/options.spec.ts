import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('the options of the test', () => {
  it('are those of the article’s test unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({ loads: [0, 10, 50, 100, 200, 400, 800, 1_600, 3_000], seconds: 60, runs: 3, envFile: undefined });
  });

  it('make a quick check, of which each can still be told', () => {
    expect(readOptions(['--quick'])).toMatchObject({ loads: [0, 50, 400], seconds: 20, runs: 1 });
    expect(readOptions(['--quick', '--runs', '2', '--bank', '.bank/env'])).toMatchObject({ seconds: 20, runs: 2, envFile: '.bank/env' });
  });

  it('are refused with what is wrong', () => {
    expect(() => readOptions(['--steps', '0,15'])).toThrow('--steps takes multiples of 10, separated by commas, not "0,15"');
    expect(() => readOptions(['--runs', '0'])).toThrow('--runs takes a whole number from 1, not "0"');
    expect(() => readOptions(['--bank', '.bank/env', '--handler', 'true'])).toThrow('--bank measures a bank as it runs');
  });

  it('are none when help is asked for', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });
});
