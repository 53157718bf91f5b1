/** What to say when the bank runs already. */
import { webUrlOf } from '../bank/addresses.ts';
import { partsOf } from '../bank/bank.ts';
import { readStatus, type BankStatus } from '../bank/status.ts';
import type { StartOptions } from './options.ts';
import { setupCommand, stopCommand, summaryOf } from './summary.ts';

/** The parts that do not answer now, with their state. */
const unhealthyParts = async (folder: string, { parts: known, ...bank }: BankStatus): Promise<string[]> => {
  const parts = (await partsOf({ folder, ...bank })).filter(({ name }) => known.some(status => status.name === name));
  const answers = await Promise.all(parts.map(async part => part.kind !== 'service' || (await part.isReady())));
  return parts.flatMap(({ name }, index) => {
    const state = known.find(status => status.name === name)?.state;
    return answers[index] === true ? [] : [`${name} (${state === 'ready' ? 'does not answer' : state})`];
  });
};

/** What the running bank is not, of what was asked for. */
const differencesOf = ({ ports, certificates, https, handler, foreground }: StartOptions, running: BankStatus | undefined): string[] => [
  ...(ports !== undefined && ports.web !== running?.ports.web ? ['other ports'] : []),
  ...(running !== undefined && certificates !== running.certificates ? [certificates === undefined ? 'plaintext' : `the certificates of ${certificates}`] : []),
  ...(https && running?.https !== true ? ['https'] : []),
  ...(handler !== undefined && handler !== running?.handler ? ['another handler'] : []),
  ...(foreground ? ['the foreground'] : []),
];

const refuse = (message: string): number => {
  process.stderr.write(`${message}\n`);
  return 1;
};

/**
 * Says that a bank runs, where, and what of it is not well; changes nothing.
 *
 * @returns the exit code: 1 when it is not what was asked for, or its data were to be forgotten
 */
export const reportRunning = async (options: StartOptions): Promise<number> => {
  const { folder, fresh } = options;
  if (fresh) return refuse(`The bank is running. To forget its data, stop it first: ${stopCommand(folder)}`);
  const status = await readStatus(folder);
  const differences = differencesOf(options, status);
  if (status === undefined) {
    process.stdout.write('The bank is just being started or stopped by another process.\n');
    return differences.length === 0 ? 0 : 1;
  }
  const unhealthy = await unhealthyParts(folder, status);
  const state = unhealthy.length === 0 ? 'is running already' : `is running already, but not all of it: ${unhealthy.join(', ')}`;
  process.stdout.write(`The bank ${state}.\n\n${await summaryOf(folder, status)}`);
  if (unhealthy.length > 0) process.stdout.write(`\nIts log tells why; ${setupCommand(folder, 'restart PART')} starts a part anew.\n`);
  if (differences.length === 0) return 0;
  const security = status.certificates === undefined ? 'in plaintext' : `secured by ${status.certificates}`;
  const how = `at ${webUrlOf(status)}, ${security}, with ${status.handler === undefined ? 'our handler' : `the handler ${status.handler}`}`;
  return refuse(`\nIt runs ${how}. For ${differences.join(' and ')}, stop it first: ${stopCommand(folder)}`);
};
