/** What to say when the bank runs already. */
import { partsOf } from '../bank/bank.ts';
import { readStatus, type BankStatus } from '../bank/status.ts';
import { stopCommand, summaryOf } from './summary.ts';

/** The parts that do not answer now, with their state. */
const unhealthyParts = async (folder: string, { ports, handler, parts: known }: BankStatus): Promise<string[]> => {
  const parts = await partsOf({ folder, ports, handler });
  const answers = await Promise.all(parts.map(async part => part.kind !== 'service' || (await part.isReady())));
  return parts.flatMap(({ name }, index) => {
    const state = known.find(status => status.name === name)?.state;
    return answers[index] === true ? [] : [`${name} (${state === 'ready' ? 'does not answer' : state})`];
  });
};

/**
 * Says that a bank runs, where, and what of it is not well; changes nothing.
 *
 * @returns the exit code: 1 when its data were to be forgotten
 */
export const reportRunning = async (folder: string, fresh: boolean): Promise<number> => {
  const status = await readStatus(folder);
  if (fresh) {
    process.stderr.write(`The bank is running. To forget its data, stop it first: ${stopCommand(folder)}\n`);
    return 1;
  }
  if (status === undefined) {
    process.stdout.write('The bank is just being started by another process.\n');
    return 0;
  }
  const unhealthy = await unhealthyParts(folder, status);
  const state = unhealthy.length === 0 ? 'is running already' : `is running already, but not all of it: ${unhealthy.join(', ')}`;
  process.stdout.write(`The bank ${state}.\n\n${await summaryOf(folder, status.ports)}`);
  if (unhealthy.length > 0) process.stdout.write('\nIts log tells why; ./scripts/setup.sh restart PART starts a part anew.\n');
  return 0;
};
