/** Configuration from the environment, read and checked once, at start. A variable NAME may be given as NAME_FILE, the file that holds its value. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Nothing when it cannot be read. */
const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return '';
  }
};

const pemFile = z.string().refine(file => contentOf(file) !== '', 'a PEM file that can be read');

/** What every service reads besides its own variables. */
export const serviceConfig = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('a port from 0 to 65535').int('a port from 0 to 65535').min(0, 'a port from 0 to 65535').max(65_535, 'a port from 0 to 65535'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'trace, debug, info, warn, error, fatal or silent').default('info'),
  /** With both, the service speaks HTTPS. */
  HTTPS_CERT_FILE: pemFile.optional(),
  HTTPS_KEY_FILE: pemFile.optional(),
});

/** pg reads it when it connects, and would fail there. */
const hasItsFiles = (address: string): boolean => {
  const file = URL.canParse(address) ? new URL(address).searchParams.get('sslrootcert') : null;
  return file === null || contentOf(file) !== '';
};

const databaseForm = 'postgresql://user:password@host:port/database';

/** A PostgreSQL address as a variable's value; by TLS it ends in ?sslmode=verify-full&sslrootcert=FILE. */
export const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: databaseForm })
  .refine(hasItsFiles, `${databaseForm}?sslmode=verify-full&sslrootcert=FILE, with a file that can be read`);

/** A wrong environment: one line for each variable, fit to be printed as it is. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
}

/**
 * Shows a value without what is secret in it: all of a variable whose name says so, the password of an address. A password ends at the
 * last @, for who forgets to encode an @ in it shall not find half of it in a log; rather too much is hidden than too little.
 */
const shown = (variable: string, value: string): string =>
  /PASSWORD|SECRET|TOKEN/.test(variable) ? '(hidden)' : JSON.stringify(value.replace(/^([^:/]*:\/\/)?([^:/]*:).*@/s, '$1$2***@'));

/** The variables that are set. */
type Environment = Readonly<Record<string, string>>;

/**
 * Reads the variables that a schema names. Messages of the schema say what a value should be; an empty variable counts as not set. Each
 * NAME may be given as NAME_FILE instead, a file whose content is the value but for a line break at its end: so secrets stay out of the
 * environment.
 *
 * @throws ConfigError with a line for each wrong variable: its name, its value and what it should be
 * @example readConfig(serviceConfig.extend({ DATABASE_URL: databaseUrl }), process.env)
 */
export const readConfig = <S extends z.ZodObject>(schema: S, environment: Readonly<Record<string, string | undefined>>): z.output<S> => {
  const set: Environment = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
  const { values, lines } = withFiles(Object.keys(schema.shape), set);
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(issue => {
    const variable = String(issue.path[0]);
    const value = values[variable];
    const file = variable in set || value === undefined ? '' : ` in the file of ${variable}_FILE`;
    return `${variable} is ${value === undefined ? 'not set' : shown(variable, value)}${file}, it should be: ${issue.message}`;
  });
  throw new ConfigError([...new Set(wrong)].join('\n'));
};

/** Adds the values that stand in files, or tells what is wrong with these. */
const withFiles = (variables: readonly string[], set: Environment): { readonly values: Environment; readonly lines: readonly string[] } => {
  const values: Record<string, string> = { ...set };
  const lines: string[] = [];
  for (const variable of variables) {
    const name = `${variable}_FILE`;
    const file = set[name];
    // A name that the schema has as a variable of its own is no other's file.
    if (file === undefined || variables.includes(name)) continue;
    const value = contentOf(file);
    if (variable in set) lines.push(`${variable} and ${name} are both set, it should be: one of them`);
    else if (value === '') lines.push(`${name} is ${shown(name, file)}, it should be: a file that can be read and is not empty`);
    else values[variable] = value;
  }
  return { values, lines };
};
