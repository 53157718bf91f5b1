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

/**
 * A whole number as a variable's value, in decimal digits: neither ` ` is 0 nor `0x50` 80.
 *
 * @param words what it should be
 */
export const wholeNumber = (words: string, { min, max }: { readonly min: number; readonly max: number }): z.ZodType<number, string> =>
  z.string(words).regex(/^\d{1,15}$/, words).transform(Number).refine(value => value >= min && value <= max, words);

/** What every service reads besides its own variables. */
export const serviceConfig = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber('a port from 0 to 65535', { min: 0, max: 65_535 }),
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

/** Whether every % in an address begins an escape: who decodes it throws otherwise. */
const isDecodable = (address: string): boolean => {
  try {
    decodeURIComponent(address);
    return true;
  } catch {
    return false;
  }
};

const databaseForm = 'postgresql://user:password@host:port/database';

/** A PostgreSQL address as a variable's value; by TLS it ends in ?sslmode=verify-full&sslrootcert=FILE. */
export const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, hostname: /./, error: databaseForm, abort: true })
  .refine(isDecodable, `${databaseForm}, where % begins an escape like %40`)
  .refine(hasItsFiles, `${databaseForm}?sslmode=verify-full&sslrootcert=FILE, with a file that can be read`);

/** A wrong environment: one line for each variable, fit to be printed as it is. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
}

/**
 * Shows a value without what is secret in it: all of a variable whose name says so, the password of an address. A password begins behind
 * the first colon, or the one behind a scheme, and ends at the last @: who forgets to encode an @ or mistypes the scheme shall not find half
 * of it in a log. It may stand in the query as well. Rather too much is hidden than too little.
 */
const shown = (variable: string, value: string): string =>
  /PASSWORD|SECRET|TOKEN/.test(variable) ? '(hidden)' : JSON.stringify(value.replace(/(password=)[^&]*/gi, '$1***').replace(/^([^:/]*:\/\/)?([^:]*:).*@/s, '$1$2***@'));

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
