/** Finds the command that the database refuses because of its data, so that it stops nobody else. */
import { DatabaseError } from 'pg';
import type { Command } from '../ledger/command.ts';
import type { Settled } from '../ledger/entry.ts';

/** How a command of a batch ended: settled, or refused by the database. */
export type Answer = { readonly command: Command } & ({ readonly settled: Settled } | { readonly refused: string });

/** Other transactions were in the way: the same batch goes through when it is tried again. */
const races = new Set(['23505', '40001', '40P01', '55P03']);

/** Another handler's commit in the way is past at the next try; what is still in the way after so many is the data. */
const triesAgainstRaces = 5;

/**
 * Settles commands; when the database refuses them because of their data (SQLSTATE class 22 or 23), each half is settled by itself,
 * down to the one command.
 *
 * @param settle settles commands in one transaction, or throws and changes nothing
 * @throws whatever `settle` throws that is not about the data: nothing is known about the commands that are left then
 */
export const settleDividing = async (
  commands: readonly Command[],
  settle: (commands: readonly Command[]) => Promise<readonly Settled[]>,
): Promise<readonly Answer[]> => {
  for (let tries = 1; ; tries += 1) {
    try {
      const settled = await settle(commands);
      return commands.flatMap((command, at) => {
        const answer = settled[at];
        return answer ? [{ command, settled: answer }] : [];
      });
    } catch (error) {
      const code = error instanceof DatabaseError ? (error.code ?? '') : '';
      if (races.has(code) && tries < triesAgainstRaces) continue;
      if (!/^2[23]/.test(code)) throw error;
      const [only, ...others] = commands;
      if (only && others.length === 0) return [{ command: only, refused: `the database refused it: ${error instanceof Error ? error.message : code}` }];
      const half = Math.ceil(commands.length / 2);
      return [...(await settleDividing(commands.slice(0, half), settle)), ...(await settleDividing(commands.slice(half), settle))];
    }
  }
};
