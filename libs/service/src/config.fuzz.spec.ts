import fc from 'fast-check';
import pg from 'pg';
import { expect, it } from 'vitest';
import { ConfigError, databaseUrl, readConfig, serviceConfig } from './config.ts';

const schema = serviceConfig.extend({ DATABASE_URL: databaseUrl, API_PASSWORD: databaseUrl.optional() });

/** Words that nothing else in a message holds, between all that may divide an address. */
const secretWord = fc.constantFrom('Alpha7', 'Bravo7', 'Charly7');
const secret = fc.tuple(secretWord, fc.constantFrom('', '@', ':', '/', '?', '#', '&', '%', '=', ' ', '\n', '//', '@@', '%40'), secretWord).map(parts => parts.join(''));
const scheme = fc.oneof(fc.constantFrom('postgresql://', 'postgres://', 'postgres:/', 'postgres//', 'postgres', 'mysql://', '//', '/', ''), fc.string({ maxLength: 6 }).map(text => text.replaceAll('=', '')));
const rest = fc.oneof(fc.constantFrom('127.0.0.1:5432/mine', '', 'host', 'host:99999/x', '/mine', ':', '[::1', 'host/mine?sslmode=verify-full'), fc.string({ maxLength: 10 }));
const addresses = fc.tuple(scheme, fc.stringMatching(/^[a-z/.%]{0,5}$/), secret, rest).map(([before, user, hidden, after]) => `${before}${user}:${hidden}@${after}`);
const queries = fc.tuple(scheme, rest, secret).map(([before, after, hidden]) => `${before}${after}?password=${hidden.replaceAll('&', '')}`);

const numbers = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.integer().map(String), fc.double().map(String), fc.constantFrom(' ', '0x50', '8e1', '+80', '080', '-0', '٨٠', '80\n', 'Infinity'));
const environments = fc.record({
  PORT: fc.oneof(numbers, fc.constantFrom('8080')),
  LOG_LEVEL: fc.oneof(fc.constantFrom('info', 'debug', 'INFO'), fc.string()),
  HOST: fc.string(),
  DATABASE_URL: fc.oneof(addresses, queries, fc.string({ unit: 'binary' })),
  API_PASSWORD: secret,
}, { requiredKeys: [] });

it('any environment is a configuration whose values make sense, or an error with a line for each wrong variable, which tells no secret', () => {
  fc.assert(fc.property(environments, environment => {
    try {
      const config = readConfig(schema, environment);
      expect(environment.PORT).toMatch(/^[0-9]+$/);
      expect(config.PORT).toBe(Number.parseInt(environment.PORT ?? '', 10));
      expect(config.PORT).toBeLessThan(65_536);
      expect(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).toContain(config.LOG_LEVEL);
      expect(() => new pg.Client(config.DATABASE_URL)).not.toThrow();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const lines = error.message.split('\n');
      expect(lines.every(line => /^(PORT|LOG_LEVEL|HOST|DATABASE_URL|API_PASSWORD) is .+, it should be: .+$/su.test(line)), error.message).toBe(true);
      expect(error.message).not.toMatch(/Alpha7|Bravo7|Charly7/);
    }
  }), { numRuns: 10_000 });
});

it('an address that is right is taken', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }).filter(given => given.isWellFormed()).map(encodeURIComponent);
  fc.assert(fc.property(fc.constantFrom('postgres', 'postgresql'), text, text, fc.nat(65_535), text, (protocol, user, password, port, database) => {
    const address = `${protocol}://${user}:${password}@127.0.0.1:${port}/${database}`;
    expect(readConfig(schema, { PORT: '0', DATABASE_URL: address })).toMatchObject({ DATABASE_URL: address });
  }), { numRuns: 10_000 });
});
