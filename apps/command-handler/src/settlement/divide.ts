/** Finds the command that the database refuses because of its data, so that it stops nobody else. */
import { DatabaseError } from 'pg';
import type { Command } from '../ledger/command.ts';
import type { Settled } from '../ledger/entry.ts';

/** A command that the database refuses because of its data. */
export type Refused = { readonly command: Command; readonly reason: string };

export type Divided = {
  readonly settled: readonly Settled[];
  readonly refused: readonly Refused[];
  /** Whether all went in one transaction. */
  readonly inOne: boolean;
};

/** Other transactions were in the way: the same batch goes through when it is tried again. */
const races = new Set(['23505', '40001', '40P01', '55P03']);

/** Another handler's commit in the way is past at the next try; what is still in the way after so many is the data. */
const triesAgainstRaces = 5;

/**
 * Settles commands; when the database refuses them because of their data (SQLSTATE class 22 or 23), each half is settled by itself,
 * down to the one command.
 *
 * @param settle settles commands in one transaction, or throws and changes nothing
 * @throws whatever `settle` throws that is not about the data of one command: nothing is known about the commands that are left then
 */
export const settleDividing = async (
  commands: readonly Command[],
  settle: (commands: readonly Command[]) => Promise<readonly Settled[]>,
): Promise<Divided> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return { settled: await settle(commands), refused: [], inOne: true };
    } catch (error) {
      const code = error instanceof DatabaseError ? (error.code ?? '') : '';
      if (races.has(code) && tries < triesAgainstRaces) continue;
      const [first, second] = commands;
      if (!first || !/^2[23]/.test(code)) throw error;
      if (!second) return { settled: [], refused: [{ command: first, reason: `the database refused it: ${String(error)}` }], inOne: false };
      const half = Math.ceil(commands.length / 2);
      const before = await settleDividing(commands.slice(0, half), settle);
      const after = await settleDividing(commands.slice(half), settle);
      return { settled: [...before.settled, ...after.settled], refused: [...before.refused, ...after.refused], inOne: false };
    }
  }
};
