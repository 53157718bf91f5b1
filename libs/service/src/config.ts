/** Configuration from the environment, read and checked once, at start. */
import { z } from 'zod';

/** What every service reads besides its own variables. */
export const serviceConfig = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('a port from 0 to 65535').int('a port from 0 to 65535').min(0, 'a port from 0 to 65535').max(65_535, 'a port from 0 to 65535'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'trace, debug, info, warn, error, fatal or silent').default('info'),
});

/** A PostgreSQL address as a variable's value. */
export const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'postgresql://user:password@host:port/database' });

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

/**
 * Reads the variables that a schema names. Messages of the schema say what a value should be; an empty variable counts as not set.
 *
 * @throws ConfigError with a line for each wrong variable: its name, its value and what it should be
 * @example readConfig(serviceConfig.extend({ DATABASE_URL: databaseUrl }), process.env)
 */
export const readConfig = <S extends z.ZodType>(schema: S, environment: Readonly<Record<string, string | undefined>>): z.output<S> => {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(issue => {
    const variable = String(issue.path[0]);
    const value = set[variable];
    return `${variable} is ${value === undefined ? 'not set' : shown(variable, value)}, it should be: ${issue.message}`;
  });
  throw new ConfigError([...new Set(lines)].join('\n'));
};
