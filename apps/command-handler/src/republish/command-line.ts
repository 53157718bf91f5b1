/** What the command line asks for. */
import { parseArgs } from 'node:util';
import { z } from 'zod';

export const help = `command-handler: settles commands, answers with feedback, tells how balances changed

  command-handler                           settles commands until it is told to stop
  command-handler republish [--from DATE]   sends the feedback and events of the ledger once more, each the same byte for byte:
                                            of all that was ever settled, or of what was settled at DATE or later
  command-handler migrate                   brings the database's tables up to date, for a service whose own role may not: needs no more
                                            than the DATABASE_URL of their owner
  command-handler --help                    this text

DATE is of ISO 8601: 2026-03-01, which begins at 00:00 UTC, or a time with its zone, 2026-03-01T12:00:00Z or 2026-03-01T13:00:00+01:00.

Environment: KAFKA_BROKERS, KAFKA_CLIENT, KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE, KAFKA_SESSION_TIMEOUT_MS,
SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_CA_FILE, TOPIC_PREFIX, DATABASE_URL; PORT, HOST and LOG_LEVEL, unless it republishes. Each may be given
as NAME_FILE, the file that holds its value.`;

export type CommandLine =
  | { readonly command: 'help' }
  | { readonly command: 'settle' }
  | { readonly command: 'migrate' }
  /** `from`: the first time of settling that is asked for; undefined means all. */
  | { readonly command: 'republish'; readonly from: Date | undefined };

/** A command line that makes no sense; the message says what it should be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

const usage = 'command-handler [republish [--from DATE] | migrate] [--help]';

const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).transform(text => new Date(text));

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export const parseCommandLine = (args: readonly string[]): CommandLine => {
  const { values, positionals } = parsed(args);
  const [command, unexpected] = positionals;
  if (values.help) return { command: 'help' };
  if (command === undefined && values.from === undefined) return { command: 'settle' };
  if (command === undefined) throw new UsageError('--from belongs to republish: command-handler republish --from DATE');
  if (command !== 'republish' && command !== 'migrate') {
    throw new UsageError(`there is no command "${command}", it should be: republish, migrate, or none to settle commands`);
  }
  const tooMuch = unexpected ?? (command === 'migrate' && values.from !== undefined ? '--from' : undefined);
  if (tooMuch !== undefined) throw new UsageError(`"${tooMuch}" is too much, it should be: command-handler ${command}${command === 'republish' ? ' [--from DATE]' : ''}`);
  if (command === 'migrate') return { command };
  return { command, from: values.from === undefined ? undefined : dateOf(values.from) };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { from: { type: 'string' }, help: { type: 'boolean', default: false } } });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    // Its first sentence says what is wrong; the next ones are for programs that take any text.
    const [what] = cause.message.split(/\.\s/);
    throw new UsageError(`${String(what)}, it should be: ${usage}`, { cause });
  }
};

const dateOf = (text: string): Date => {
  const moment = Moment.safeParse(text);
  if (moment.success) return moment.data;
  throw new UsageError(`--from is "${text}", it should be: a date such as 2026-03-01, or a time with its zone such as 2026-03-01T12:00:00Z`);
};
