/** What the command line asks for. */
import { parseArgs } from 'node:util';

export const help = `graphql-endpoint: serves clients, projects what happens on the bank's accounts, and serves the frontend

  graphql-endpoint            serves until it is told to stop
  graphql-endpoint rebuild    empties the projection and builds it anew from the first offset of each topic; no endpoint may run meanwhile.
                              Users, sessions and commands stay as they are
  graphql-endpoint migrate    brings the database's tables up to date, for a service whose own role may not: needs no more than the
                              DATABASE_URL of their owner
  graphql-endpoint --help     this text

Environment: KAFKA_BROKERS, KAFKA_CLIENT, KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE, KAFKA_SESSION_TIMEOUT_MS,
SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_CA_FILE, TOPIC_PREFIX, DATABASE_URL; what else it serves with is in its README. Each may be given as
NAME_FILE, the file that holds its value.`;

export type CommandLine = 'serve' | 'rebuild' | 'migrate' | 'help';

/** A command line that makes no sense; the message says what it should be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

const usage = 'graphql-endpoint [rebuild | migrate] [--help]';

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export const parseCommandLine = (args: readonly string[]): CommandLine => {
  const { values, positionals } = parsed(args);
  const [command, unexpected] = positionals;
  if (values.help) return 'help';
  if (command === undefined) return 'serve';
  if (command !== 'rebuild' && command !== 'migrate') throw new UsageError(`there is no command "${command}", it should be: ${usage}`);
  if (unexpected !== undefined) throw new UsageError(`"${unexpected}" is too much, it should be: ${usage}`);
  return command;
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { help: { type: 'boolean', default: false } } });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    // Its first sentence says what is wrong; the next ones are for programs that take any text.
    const [what] = cause.message.split(/\.\s/);
    throw new UsageError(`${String(what)}, it should be: ${usage}`, { cause });
  }
};
