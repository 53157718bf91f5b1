import { describe, expect, it } from 'vitest';
import { company, ibanOf } from '@bank/topology';
import { movesMoney, sightOf, visitor, type Client, type Employee, type UserId } from './viewer.ts';

const [annas, bens] = [ibanOf('0000000001'), ibanOf('0000000002')];
const id = '11111111-1111-4111-8111-111111111111' as UserId;
const anna: Client = { role: 'CLIENT', id, username: 'anna-anna', iban: annas };
const newcomer: Client = { role: 'CLIENT', id, username: 'newcomer', iban: undefined };
const employee: Employee = { role: 'EMPLOYEE', id, username: 'employee' };

describe('what one may see', () => {
  it.each([
    ['a visitor', visitor, company.iban, 'masked'],
    ['a visitor', visitor, annas, 'nothing'],
    ['a client', anna, company.iban, 'masked'],
    ['a client', anna, annas, 'all'],
    ['a client', anna, bens, 'nothing'],
    ['a client whose account is being opened', newcomer, annas, 'nothing'],
    ['an employee', employee, company.iban, 'all'],
    ['an employee', employee, bens, 'all'],
  ] as const)('%s, %o, sees of %s: %s', (_who, viewer, iban, sight) => {
    expect(sightOf(viewer, iban)).toBe(sight);
  });
});

describe('moving money', () => {
  it('is for clients, not for visitors or employees', () => {
    expect([anna, newcomer, visitor, employee].map(movesMoney)).toEqual([true, true, false, false]);
  });
});
