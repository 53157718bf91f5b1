import { describe, expect, it } from 'vitest';
import { cents, limits, parseCommandId, type CommandId } from '@bank/topology';
import type { UserId } from '../identity/viewer.ts';
import { commandIdFor, hashedId, isDeposit, objectionToAmount } from './command.ts';

const uuid = (text: string): CommandId => {
  const id = parseCommandId(text);
  if (id === undefined) throw new Error(`${text} is no UUID`);
  return id;
};

const anna = '11111111-1111-4111-8111-111111111111' as UserId;
const ben = '22222222-2222-4222-8222-222222222222' as UserId;
const clientsId = uuid('5b0e8a5e-90a5-4a6e-9f5e-0a4a6b3f7c11');

describe('the id of a command on Kafka', () => {
  it('is the same whenever the same user sends the same id', () => {
    expect(commandIdFor(anna, clientsId)).toBe(commandIdFor(anna, clientsId));
  });

  it('is another for another user with the same id, so that nobody can take an id away', () => {
    expect(commandIdFor(ben, clientsId)).not.toBe(commandIdFor(anna, clientsId));
  });

  it('is not the id that the client chose', () => {
    expect(commandIdFor(anna, clientsId)).not.toBe(clientsId);
  });

  it('does not depend on how the client spells it', () => {
    expect(commandIdFor(anna, uuid(clientsId.toUpperCase()))).toBe(commandIdFor(anna, clientsId));
  });
});

describe('the hashed id that stands in a log', () => {
  it('does not contain any part of the id', () => {
    for (const part of clientsId.split('-')) expect(hashedId(clientsId)).not.toContain(part);
  });
});

describe('an amount', () => {
  it('may be from one cent to the limit of its kind', () => {
    for (const kind of ['deposit', 'transfer'] as const) {
      expect(objectionToAmount(cents(1n), kind)).toBeUndefined();
      expect(objectionToAmount(limits[kind], kind)).toBeUndefined();
    }
  });

  it('is refused at nothing, below nothing and above the limit', () => {
    for (const kind of ['deposit', 'transfer'] as const) {
      for (const amount of [0n, -1n, limits[kind] + 1n]) {
        expect(objectionToAmount(cents(amount), kind)).toMatchObject({ type: 'Refused', code: 'AMOUNT_OUT_OF_RANGE' });
      }
    }
  });
});

describe('a deposit', () => {
  it('is what comes from cash, and only that', () => {
    const content = { to: 'NL39OPEN0000000001', amount: cents(1n), description: '' };
    expect(isDeposit({ ...content, from: 'cash' })).toBe(true);
    expect(isDeposit({ ...content, from: 'NL66OPEN0000000000' })).toBe(false);
  });
});
