import { company, ibanOf, limits } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { checkOrder } from './order.ts';

const context = { from: ibanOf('0123456789'), locale: 'en-GB' };
const form = { to: company.iban, amount: '25', description: 'Rent' };

describe('a transfer as filled in', () => {
  it('becomes an order in whole cents', () => {
    expect(checkOrder({ to: ' nl66 open 0000 0000 00', amount: '€ 1,234.50', description: ' Rent ' }, context)).toEqual({
      kind: 'order', order: { to: company.iban, amount: 1_234_50n, description: 'Rent' },
    });
  });

  it('needs no description', () => {
    expect(checkOrder({ ...form, description: '' }, context)).toMatchObject({ kind: 'order', order: { description: '' } });
  });

  it('names what is wrong in every field at once', () => {
    expect(checkOrder({ to: '', amount: '', description: 'x'.repeat(limits.descriptionLength + 1) }, context)).toEqual({
      kind: 'errors',
      errors: {
        to: 'Who should get the money? Enter an IBAN or a name',
        amount: 'Enter an amount',
        description: 'A description can have at most 140 characters, this has 141',
      },
    });
  });

  it.each([
    ['NL67OPEN0000000000', 'This is not a valid IBAN: check it for a typing mistake'],
    ['NL66OPEN', 'An IBAN of this bank has 18 characters, this has 8'],
    [context.from, 'This is your own account'],
  ])('does not go to %s', (to, error) => {
    expect(checkOrder({ ...form, to }, context)).toEqual({ kind: 'errors', errors: { to: error } });
  });

  it.each([
    ['ten', 'Enter an amount in euros, such as 12.50'],
    ['0,00', 'Enter more than zero'],
    ['10000000000000.01', 'One transfer can be at most €10,000,000,000,000.00'],
  ])('does not move %s', (amount, error) => {
    expect(checkOrder({ ...form, amount }, context)).toEqual({ kind: 'errors', errors: { amount: error } });
  });

  it('may move as much as the bank allows', () => {
    expect(checkOrder({ ...form, amount: '10000000000000.00' }, context)).toMatchObject({ order: { amount: limits.transfer } });
  });
});
