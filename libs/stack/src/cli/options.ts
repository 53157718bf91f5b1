/** What the command line asks for. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bankPorts, type BankPorts } from '../bank/ports.ts';
import { usualFolder } from '../bank/folder.ts';
import { dispensable } from '../bank/parts.ts';
import { workspaceRoot } from '../workspace.ts';

/** A command line that makes no sense; the message says what it should be. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

export type StartOptions = {
  readonly folder: string;
  /** The usual ones unless told otherwise. */
  readonly ports: BankPorts | undefined;
  /** The folder of certificates; without one, all is plaintext. */
  readonly certificates: string | undefined;
  /** Whether the page is served by HTTPS. */
  readonly https: boolean;
  readonly handler: string | undefined;
  /** Parts that are not started. */
  readonly without: readonly string[];
  readonly fresh: boolean;
  readonly foreground: boolean;
};

/** Where scripts/create-certs.sh puts certificates. */
export const usualCertificates = join(workspaceRoot, 'certs');

const dir = { type: 'string', default: usualFolder } as const;
const certs = { type: 'string', default: usualCertificates } as const;

/** Turns what `parseArgs` and the ports find wrong into a usage error. */
const parsing = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
};

export const parseStart = (args: readonly string[]): StartOptions => parsing(() => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir,
      ports: { type: 'string' },
      certs,
      plaintext: { type: 'boolean', default: false },
      https: { type: 'boolean', default: false },
      handler: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
      fresh: { type: 'boolean', default: false },
      foreground: { type: 'boolean', default: false },
    },
  });
  const { ports, plaintext, https, handler, without, fresh, foreground } = values;
  if (plaintext && https) throw new UsageError('--https needs certificates, which --plaintext does without');
  if (handler?.trim() === '') throw new UsageError('--handler needs a command');
  const unknown = without.find(name => !dispensable.some(part => part === name));
  if (unknown !== undefined) throw new UsageError(`--without is "${unknown}", it should be one of ${dispensable.join(', ')}`);
  return {
    folder: resolve(values.dir),
    ports: ports === undefined ? undefined : bankPorts(Number(ports)),
    certificates: plaintext ? undefined : resolve(values.certs),
    https, handler, without, fresh, foreground,
  };
});

export const parseRestart = (args: readonly string[]): { folder: string; part: string | undefined } => parsing(() => {
  const { values, positionals } = parseArgs({ args: [...args], options: { dir }, allowPositionals: true });
  if (positionals.length > 1) throw new UsageError('restart takes one part at a time');
  return { folder: resolve(values.dir), part: positionals[0] };
});

export const parseStop = (args: readonly string[]): { folder: string } => parsing(() => {
  const { values } = parseArgs({ args: [...args], options: { dir } });
  return { folder: resolve(values.dir) };
});

export const parseReload = (args: readonly string[]): { folder: string; certificates: string } => parsing(() => {
  const { values } = parseArgs({ args: [...args], options: { dir, certs } });
  return { folder: resolve(values.dir), certificates: resolve(values.certs) };
});
