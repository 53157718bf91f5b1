import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Command } from '../ledger/command.ts';
import type { Settled } from '../ledger/entry.ts';
import { creation, newId } from '../testing/customer.ts';
import { settleDividing } from './divide.ts';

const position = { topic: 'confirm_account_creation', partition: 0, offset: 0n, timestampMs: 0 } as const;
const commandsOf = (count: number): readonly Command[] =>
  Array.from({ length: count }, () => {
    const id = newId();
    return { id, content: '00'.repeat(32), position, record: creation(id).record };
  });
const confirmed = (command: Command): Settled => ({
  command, entry: { ...command, settledAt: new Date(0), outcome: { type: 'refused', reason: 'insufficient funds' } }, as: 'new',
});
const databaseError = (code: string): DatabaseError => Object.assign(new DatabaseError(`refused with ${code}`, 0, 'error'), { code });

describe('a batch that the database refuses because of its data', () => {
  it('is settled but for the one command that is the cause, in the same order', async () => {
    const commands = commandsOf(7);
    const culprit = commands[4];
    const { settled, refused, inOne } = await settleDividing(commands, part =>
      culprit && part.includes(culprit) ? Promise.reject(databaseError('22021')) : Promise.resolve(part.map(confirmed)));
    expect(settled.map(({ command }) => command)).toEqual(commands.filter(command => command !== culprit));
    expect(inOne).toBe(false);
    expect(refused).toEqual([{ command: culprit, reason: 'the database refused it: error: refused with 22021' }]);
  });
});

describe('a batch that another handler was in the way of', () => {
  it('is tried again as it is', async () => {
    let tries = 0;
    const commands = commandsOf(2);
    const { settled } = await settleDividing(commands, part => {
      tries += 1;
      return tries < 3 ? Promise.reject(databaseError('40P01')) : Promise.resolve(part.map(confirmed));
    });
    expect(tries).toBe(3);
    expect(settled).toHaveLength(2);
  });
});

describe('a database that is away', () => {
  it('is no reason to give up a command', async () => {
    await expect(settleDividing(commandsOf(2), () => Promise.reject(new Error('connect ECONNREFUSED')))).rejects.toThrow('ECONNREFUSED');
    await expect(settleDividing(commandsOf(2), () => Promise.reject(databaseError('57P01')))).rejects.toThrow('57P01');
  });
});
