import { company, limits } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { recipientOf } from './recipient.ts';

describe('a recipient as typed', () => {
  it('is nobody while the field is blank', () => {
    expect(recipientOf('  ')).toEqual({ kind: 'none' });
  });

  it.each([company.iban, ` ${company.iban} `, company.iban.toLowerCase(), 'NL66 OPEN 0000 0000 00'])('%j is an IBAN of this bank', text => {
    expect(recipientOf(text)).toEqual({ kind: 'iban', iban: company.iban });
  });

  it('is an unfinished IBAN once it starts like one of this bank', () => {
    expect(recipientOf('nl66 open 00')).toEqual({ kind: 'unfinished iban', typed: 10, length: 18 });
  });

  it('is a wrong IBAN when its check digits do not fit or it is too long, and never a name', () => {
    expect(recipientOf(company.iban.replace('66', '67'))).toEqual({ kind: 'wrong iban' });
    expect(recipientOf(`${company.iban}0`)).toEqual({ kind: 'wrong iban' });
  });

  it.each(['Albert Heijn BV', 'NL91 ABNA 0417 1643 00', 'cash', 'NL'])('%j is somebody outside the bank', name => {
    expect(recipientOf(name)).toEqual({ kind: 'name', name });
  });

  it('is too long or unspeakable as a name', () => {
    expect(recipientOf('é'.repeat(limits.partyLength))).toMatchObject({ kind: 'name' });
    expect(recipientOf('é'.repeat(limits.partyLength + 1))).toMatchObject({ kind: 'wrong name' });
    expect(recipientOf('Albert\u0007Heijn')).toMatchObject({ kind: 'wrong name' });
  });
});
