import { ibanOf, parseCommandId, tokenOf, type CommandId } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { Accounts } from './accounts.ts';

const id = (digit: number): CommandId => {
  const parsed = parseCommandId(`${String(digit).repeat(8)}-0000-4000-8000-000000000000`);
  if (!parsed) throw new Error('not an id');
  return parsed;
};
const account = { iban: ibanOf('0000000001'), token: tokenOf('1'.repeat(20)) };
const never = new AbortController().signal;

describe('the accounts', () => {
  it('are known when the bank answered under an id that was asked for', () => {
    const accounts = new Accounts();
    accounts.expect(id(1), 7);
    expect(accounts.of(7)).toBeUndefined();
    expect(accounts.learn(id(1), account)).toBe(7);
    expect(accounts.of(7)).toEqual(account);
    expect(accounts.size).toBe(1);
  });

  it('are not those of others', () => {
    const accounts = new Accounts();
    expect(accounts.learn(id(1), account)).toBeUndefined();
    expect(accounts.size).toBe(0);
  });

  it('are news once: neither an answer again nor a question again makes them so', () => {
    const accounts = new Accounts();
    accounts.expect(id(1), 7);
    accounts.learn(id(1), account);
    expect(accounts.learn(id(1), account)).toBeUndefined();
    accounts.expect(id(1), 7);
    expect(accounts.learn(id(1), account)).toBeUndefined();
  });

  it('are waited for until the bank has answered about the last, be it with a refusal', async () => {
    const accounts = new Accounts();
    accounts.expect(id(1), 7);
    accounts.expect(id(2), 8);
    let isAnswered = false;
    const answered = accounts.answered(never).then(() => (isAnswered = true));
    accounts.learn(id(1), account);
    await Promise.resolve();
    expect(isAnswered).toBe(false);
    expect(accounts.giveUp(id(2))).toBe(8);
    await answered;
  });

  it('are not waited for when nothing is asked, nor longer than the signal allows', async () => {
    const accounts = new Accounts();
    await accounts.answered(never);
    accounts.expect(id(1), 7);
    await accounts.answered(AbortSignal.abort());
    await accounts.answered(AbortSignal.timeout(1));
  });
});
