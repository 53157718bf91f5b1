import { describe, expect, it } from 'vitest';
import { cents, ibanOf, maxCents, minCents, reasons, tokenOf, type Reason } from '@bank/topology';
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
const refused = (reason: Reason): object => ({ type: 'refused', reason });

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
  // An IBAN of this bank in lower case or with spaces is a name like any other: who writes commands has to know.
  const names = ['Albert Heijn BV', 'NL91ABNA0417164300', 'cash', 'NL6OPEN', 'nl12open0000000002', 'NL12 OPEN 0000 0000 02'];
  it.each(names)('to %s only takes the amount', to => {
    expect(decide({ to })).toEqual({ type: 'confirmed', debit: { changedBy: -25_00n, newBalance: 75_00n, version: 5n }, credit: undefined });
  });
});

describe('a deposit', () => {
  it('comes from cash, needs no token and only gives', () => {
    expect(decide({ from: 'cash', token: '' })).toEqual({
      type: 'confirmed', debit: undefined, credit: { changedBy: 25_00n, newBalance: 25_00n, version: 5n },
    });
  });

  it('may fill its account to the last cent that 64 bits hold, and not a cent more', () => {
    expect(decide({ from: 'cash', amount: maxCents })).toMatchObject({ type: 'confirmed', credit: { newBalance: maxCents } });
    expect(decide({ from: 'cash', amount: maxCents }, accountWith('0000000002', '2', 1n))).toEqual(refused('amount is too large'));
  });
});

describe('a transfer is refused', () => {
  it.each<[string, Partial<Transfer>, Reason]>([
    ['with a description of 141 characters', { description: 'é'.repeat(141) }, 'description is too long'],
    ['with nothing to move', { amount: 0n }, 'amount must be positive'],
    ['with less than nothing to move', { amount: -1n }, 'amount must be positive'],
    ['with the least that 64 bits hold', { amount: minCents }, 'amount must be positive'],
    ['from nobody', { from: '' }, 'from is invalid'],
    ['from another bank', { from: 'NL91ABNA0417164300' }, 'from is invalid'],
    ['from an IBAN with wrong check digits', { from: 'NL00OPEN0000000001' }, 'from is invalid'],
    ['from an IBAN in lower case', { from: anna.iban.toLowerCase() }, 'from is invalid'],
    ['from cash with a capital', { from: 'Cash' }, 'from is invalid'],
    ['to nobody', { to: '' }, 'to is invalid'],
    ['to a name of 71 characters', { to: 'x'.repeat(71) }, 'to is invalid'],
    ['to what starts like an IBAN of this bank and is none', { to: 'NL00OPEN0000000002' }, 'to is invalid'],
    ['to what starts like one and goes on', { to: `${ben.iban}0` }, 'to is invalid'],
    ['to what starts like one and ends there', { to: 'NL12OPEN' }, 'to is invalid'],
    ['from an account to itself', { to: anna.iban }, "from and to can't be same for transfer"],
    ['from cash to cash', { from: 'cash', to: 'cash' }, "from and to can't be same for transfer"],
    ['from an account that is not there', { from: stranger }, 'from is not known at this bank'],
    ['to an account that is not there', { to: stranger }, 'to is not known at this bank'],
    ['as a deposit on an account that is not there', { from: 'cash', to: stranger }, 'to is not known at this bank'],
    ['with a wrong token', { token: 'x' }, 'invalid token'],
    ['without a token', { token: '' }, 'invalid token'],
    ['without the money', { amount: 600_01n }, 'insufficient funds'],
    ['of the most that 64 bits hold', { amount: maxCents }, 'insufficient funds'],
    ['as a deposit with somebody who has no account here', { from: 'cash', to: 'Albert Heijn BV' }, 'both to and from not known at this bank'],
  ])('%s', (_, change, reason) => {
    expect(decide(change)).toEqual(refused(reason));
  });

  // Unicode's category Cc: C0, DEL and C1. What merely cannot be seen is a text like any other.
  it.each(['token', 'from', 'to', 'description'] as const)('with a control character anywhere in its %s', field => {
    const codes = Array.from({ length: 0x100 }, (_, code) => code);
    const isRefused = (code: number): boolean => {
      const outcome = decide({ [field]: `a${String.fromCharCode(code)}b` });
      return outcome.type === 'refused' && outcome.reason === 'text is invalid';
    };
    expect(codes.filter(isRefused)).toEqual(codes.filter(code => code < 0x20 || (code >= 0x7f && code < 0xa0)));
  });
});

describe('the length of a text', () => {
  it('is counted in code points: neither in units of UTF-16 nor as people count what they see', () => {
    for (const character of ['x', 'é', '💶']) {
      expect(decide({ description: character.repeat(140) })).toMatchObject({ type: 'confirmed' });
      expect(decide({ description: character.repeat(141) })).toEqual(refused('description is too long'));
      expect(decide({ to: character.repeat(70) })).toMatchObject({ type: 'confirmed' });
      expect(decide({ to: character.repeat(71) })).toEqual(refused('to is invalid'));
    }
    expect(decide({ description: 'e\u0301'.repeat(70) })).toMatchObject({ type: 'confirmed' });
    expect(decide({ description: 'e\u0301'.repeat(71) })).toEqual(refused('description is too long'));
  });
});

describe('the reason of a refusal', () => {
  const full = accountWith('0000000002', '2', maxCents - 1n);
  /** The first command breaks every rule that it can at once; each row mends no more than its own. */
  const payment: readonly [Reason, Partial<Transfer>][] = [
    ['text is invalid', { description: 'x'.repeat(141) }],
    ['description is too long', { description: '' }],
    ['amount must be positive', { amount: maxCents }],
    ['from is invalid', { from: stranger }],
    ['to is invalid', { to: stranger }],
    ["from and to can't be same for transfer", { to: ibanOf('0000000004') }],
    ['from is not known at this bank', { from: anna.iban }],
    ['to is not known at this bank', { to: full.iban }],
    ['invalid token', { token: anna.token }],
    ['insufficient funds', { amount: 600_00n }],
    ['amount is too large', { amount: 1n }],
  ];
  const deposit: readonly [Reason, Partial<Transfer>][] = [
    ['text is invalid', { description: 'x'.repeat(141) }],
    ['description is too long', { description: '' }],
    ['amount must be positive', { amount: maxCents }],
    ['to is invalid', { to: 'cash' }],
    ["from and to can't be same for transfer", { to: stranger }],
    ['to is not known at this bank', { to: 'Albert Heijn BV' }],
    ['both to and from not known at this bank', { to: full.iban }],
    ['amount is too large', { amount: 1n }],
  ];

  it.each([
    ['a payment', '', payment],
    ['a deposit', 'cash', deposit],
  ])('for %s is the first in the order of the contract', (_, from, rows) => {
    let change: Partial<Transfer> = { token: 'x', amount: minCents, from, to: '', description: `\0${'x'.repeat(141)}` };
    for (const [reason, mend] of rows) {
      expect(decide(change, anna, full)).toEqual(refused(reason));
      change = { ...change, ...mend };
    }
    expect(decide(change, anna, full)).toMatchObject({ type: 'confirmed' });
  });

  it('is one of those, or that the id was used', () => {
    expect(new Set([...payment, ...deposit].map(([reason]) => reason)).add('id was used for another command')).toEqual(new Set(reasons));
  });
});
