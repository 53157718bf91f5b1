import { describe, expect, it } from 'vitest';
import { parseCommandId } from '@bank/topology';
import { accountId, firstSalaryId, transferId } from './ids.ts';
import type { Run } from './run.ts';

const run: Run = { id: '0f3e6a52-8a53-4f5e-9d0c-6f8f3b1c2d4e', seed: 'a seed' };
const another: Run = { id: '7d1b9c0a-1111-4222-8333-944445555666', seed: 'a seed' };

describe('the ids of commands', () => {
  it('are the same again for the same cause', () => {
    expect(accountId(run, 3)).toBe(accountId(run, 3));
    expect(transferId(run, 3n)).toBe(transferId(run, 3n));
    expect(parseCommandId(accountId(run, 3))).toBe(accountId(run, 3));
  });

  it('stay as they are from version to version, for the accounts of a bank hang on them', () => {
    expect(accountId(run, 0)).toBe('d23b2990-3e12-ffa4-5226-c9014af5d370');
  });

  it('differ between runs, between causes, and between beats', () => {
    const ids = [run, another].flatMap(run => [0, 1].flatMap(n => [accountId(run, n), firstSalaryId(run, n), transferId(run, BigInt(n))]));
    expect(new Set(ids).size).toBe(12);
  });

  it('do not depend on the seed', () => {
    expect(accountId({ ...run, seed: 'another' }, 3)).toBe(accountId(run, 3));
  });
});
