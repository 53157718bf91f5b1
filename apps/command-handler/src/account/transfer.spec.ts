import { describe, expect, it } from 'vitest';
import { cents, ibanOf, maxCents, reasons, tokenOf } from '@bank/topology';
import type { Account } from './account.ts';
import { decideTransfer, type Transfer } from './transfer.ts';

const accountWith = (number: string, digit: string, balance: bigint): Account => ({
  iban: ibanOf(number),
  token: tokenOf(digit.repeat(20)),
  balance: cents(balance),
  version: 4n,
});
const anna = accountWith('0000000001', '1', 100_00n);
const ben = accountWith('0000000002', '2', 0n);
const stranger = ibanOf('0000000003');

const lunch: Transfer = { id: new Uint8Array(16), token: anna.token, amount: 25_00n, from: anna.iban, to: ben.iban, description: 'lunch' };
const decide = (change: Partial<Transfer>, ...accounts: readonly Account[]): ReturnType<typeof decideTransfer> =>
  decideTransfer(
    { ...lunch, ...change },
    { accountOf: party => (accounts.length > 0 ? accounts : [anna, ben]).find(({ iban }) => iban === party), isSameToken: (a, b) => a === b },
  );
const refused = (reason: string): object => ({ type: 'refused', reason });

describe('a transfer between two accounts of this bank', () => {
  it('takes the amount from one and gives it to the other, and counts the change on both', () => {
    expect(decide({})).toEqual({
      type: 'confirmed',
      debit: { changedBy: -25_00n, newBalance: 75_00n, version: 5n },
      credit: { changedBy: 25_00n, newBalance: 25_00n, version: 5n },
    });
  });

  it('may use the overdraft to its last cent, and not a cent more', () => {
    expect(decide({ amount: 600_00n })).toMatchObject({ type: 'confirmed', debit: { newBalance: -500_00n } });
    expect(decide({ amount: 600_01n })).toEqual(refused('insufficient funds'));
  });

  it('needs the token of the account that pays', () => {
    expect(decide({ token: ben.token })).toEqual(refused('invalid token'));
  });

  it('is refused when the one who receives could not hold it, and not a cent before', () => {
    const rich = accountWith('0000000001', '1', maxCents);
    const full = accountWith('0000000002', '2', maxCents - 10n);
    expect(decide({ amount: 10n }, rich, full)).toMatchObject({ type: 'confirmed', credit: { newBalance: maxCents } });
    expect(decide({ amount: 11n }, rich, full)).toEqual(refused('amount is too large'));
  });
});

describe('a transfer out of the bank', () => {
  it.each(['Albert Heijn BV', 'NL91ABNA0417164300', 'cash', 'NL6OPEN'])('to %s only takes the amount', to => {
    expect(decide({ to })).toEqual({ type: 'confirmed', debit: { changedBy: -25_00n, newBalance: 75_00n, version: 5n }, credit: undefined });
  });
});

describe('a deposit', () => {
  it('comes from cash, needs no token and only gives', () => {
    expect(decide({ from: 'cash', token: '' })).toEqual({
      type: 'confirmed', debit: undefined, credit: { changedBy: 25_00n, newBalance: 25_00n, version: 5n },
    });
  });

  it('to somebody who has no account here is refused', () => {
    expect(decide({ from: 'cash', to: 'Albert Heijn BV' })).toEqual(refused('both to and from not known at this bank'));
  });
});

describe('a transfer is refused', () => {
  const long = 'é'.repeat(140);

  it.each<[string, Partial<Transfer>, string]>([
    ['with NUL in the description', { description: 'a\0b' }, 'text is invalid'],
    ['with a line break in the name of who receives', { to: 'Albert\nHeijn' }, 'text is invalid'],
    ['with a control character of Latin-1', { from: 'NL\u0085' }, 'text is invalid'],
    ['with a control character in the token', { token: '1\t' }, 'text is invalid'],
    ['with a description of 141 characters', { description: `${long}x` }, 'description is too long'],
    ['with nothing to move', { amount: 0n }, 'amount must be positive'],
    ['with less than nothing to move', { amount: -1n }, 'amount must be positive'],
    ['from nobody', { from: '' }, 'from is invalid'],
    ['from another bank', { from: 'NL91ABNA0417164300' }, 'from is invalid'],
    ['from an IBAN with wrong check digits', { from: 'NL00OPEN0000000001' }, 'from is invalid'],
    ['to nobody', { to: '' }, 'to is invalid'],
    ['to a name of 71 characters', { to: 'x'.repeat(71) }, 'to is invalid'],
    ['to what starts like an IBAN of this bank and is none', { to: 'NL00OPEN0000000002' }, 'to is invalid'],
    ['to what starts like one and goes on', { to: `${ben.iban}0` }, 'to is invalid'],
    ['from an account to itself', { to: anna.iban }, "from and to can't be same for transfer"],
    ['from cash to cash', { from: 'cash', to: 'cash' }, "from and to can't be same for transfer"],
    ['from an account that is not there', { from: stranger }, 'from is not known at this bank'],
    ['to an account that is not there', { to: stranger }, 'to is not known at this bank'],
    ['as a deposit on an account that is not there', { from: 'cash', to: stranger }, 'to is not known at this bank'],
    ['with a wrong token', { token: 'x' }, 'invalid token'],
    ['without the money', { amount: 600_01n }, 'insufficient funds'],
    ['of the most that 64 bits hold', { amount: maxCents }, 'insufficient funds'],
  ])('%s', (_, change, reason) => {
    expect(decide(change)).toEqual(refused(reason));
  });

  it('counts characters, not units of UTF-16', () => {
    expect(decide({ description: '💶'.repeat(140) })).toMatchObject({ type: 'confirmed' });
    expect(decide({ to: '💶'.repeat(70) })).toMatchObject({ type: 'confirmed' });
  });

  it('for the first reason in the order of the contract when there are several', () => {
    // Every transfer here breaks all the rules from one on; each mends the rule before.
    const steps: readonly [Partial<Transfer>, string][] = [
      [{ description: `\0${long}`, amount: 0n, from: '', to: '' }, 'text is invalid'],
      [{ description: `x${long}`, amount: 0n, from: '', to: '' }, 'description is too long'],
      [{ amount: 0n, from: '', to: '' }, 'amount must be positive'],
      [{ from: '', to: '' }, 'from is invalid'],
      [{ from: stranger, to: '' }, 'to is invalid'],
      [{ from: stranger, to: stranger }, "from and to can't be same for transfer"],
      [{ from: stranger, to: ibanOf('0000000004') }, 'from is not known at this bank'],
      [{ to: stranger, token: 'x', amount: 600_01n }, 'to is not known at this bank'],
      [{ token: 'x', amount: 600_01n }, 'invalid token'],
      [{ amount: 600_01n }, 'insufficient funds'],
    ];
    for (const [change, reason] of steps) expect(decide(change)).toEqual(refused(reason));
    expect(reasons.slice(1, 1 + steps.length)).toEqual(steps.map(([, reason]) => reason));
  });
});
