/** Reads a result of the bench's scenario `drain`: how many waiting commands a second a handler settles. */
import { slugOf } from './campaign.ts';
import { fieldsOf, listOf, numberIn, numberOf, timeOf } from './json.ts';
import { shortTime, storageOf } from './origin.ts';

export type DrainResult = {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly storage: 'RAM disk' | 'disk';
  /** One for each drain. */
  readonly commandsPerSecond: readonly number[];
};

const million = 1_000_000;

const ledgerOf = (rows: number): string => {
  if (rows === 0) return '';
  return rows >= million ? `, ledger of ${String(rows / million)} million` : `, ledger of ${String(rows / 1_000)} thousand`;
};

/** @throws UnreadableResult */
export const parseDrain = (json: unknown, href: string): DrainResult => {
  const file = fieldsOf(json, 'the file');
  const at = timeOf(file['at'], 'at');
  const storage = storageOf(file);
  return {
    id: slugOf(at.toISOString()),
    label: `${shortTime(at)}, ${storage}${ledgerOf(numberIn(file, 'ledgerRows', 'the file') ?? 0)}`,
    href,
    storage,
    commandsPerSecond: listOf(file['drains'], 'drains').map((drain, index) => {
      const where = `drains[${String(index)}]`;
      return numberOf(fieldsOf(drain, where)['commandsPerSecond'], `${where}.commandsPerSecond`);
    }),
  };
};
