import fc from 'fast-check';
import proxyAddress from 'proxy-addr';
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '@bank/service';
import { configuration } from './configuration.ts';

const secret = 'Alpha7:Bravo7@Charly7';
const needed = {
  PORT: '8080', KAFKA_BROKERS: '127.0.0.1:9092', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081', DATABASE_URL: `postgres://me:${encodeURIComponent(secret)}@127.0.0.1:5432/mine`,
  EMPLOYEE_USERNAME: 'employee', EMPLOYEE_PASSWORD: secret,
};

const text = fc.string({ unit: 'binary', maxLength: 6 });
const list = (...items: string[]): fc.Arbitrary<string> => fc.array(fc.oneof(fc.constantFrom(...items), text), { maxLength: 2 }).map(all => all.join(','));
const number = fc.oneof(fc.nat(10_000).map(String), fc.double().map(String), fc.constantFrom(' ', '0', '-1', '1e300', '1e-300', '0x10', 'Infinity', '0.1', '9'.repeat(20), '5\n'), text);
const counts = ['WRONG_PASSWORDS_PER_MINUTE', 'LOG_INS_PER_ADDRESS_AND_MINUTE', 'SOCKETS', 'SUBSCRIPTIONS_PER_SOCKET'] as const;
const durations = ['SESSION_HOURS', 'SESSION_IDLE_MINUTES'] as const;
const others = fc.record({
  EMPLOYEE_USERNAME: fc.oneof(text, fc.stringMatching(/^[a-z]{7,9}$/), fc.constant('x'.repeat(65))),
  EMPLOYEE_PASSWORD: fc.string({ unit: 'grapheme', maxLength: 6 }).map(half => `${half}Alpha7\0`),
  PUBLIC_HOSTS: list('bank.example', 'bank.example:80', '127.0.0.1', 'a/b', 'me@host', ''),
  TRUSTED_PROXIES: list('10.0.0.0/8', '10.0.0.1', '::1', '10.0.0.0/33', 'loopback', '10.0.0.0/255.0.0.0', '1'),
  NODE_ENV: fc.oneof(fc.constantFrom('production', 'test'), text),
  ...Object.fromEntries([...counts, ...durations].map(name => [name, number])),
}, { requiredKeys: [] });

it('any variables of the endpoint are settings that it can serve with, or an error that tells no secret', () => {
  fc.assert(fc.property(others, fc.boolean(), (given, isComplete) => {
    const environment: Record<string, string> = { ...needed, ...given };
    if (!isComplete) delete environment['PORT'];
    try {
      const config = readConfig(configuration, environment);
      for (const name of counts) expect(Number.isSafeInteger(config[name]) && config[name] >= 1, name).toBe(true);
      // A session's end has to be a time that can be told.
      for (const name of durations) expect(config[name] > 0 && !Number.isNaN(new Date(Date.now() + config[name] * 3_600_000).getTime()), name).toBe(true);
      for (const host of config.PUBLIC_HOSTS) expect(new URL(`http://${host}:80/`).hostname).toBe(host.toLowerCase());
      expect(() => proxyAddress.compile([...config.TRUSTED_PROXIES])).not.toThrow();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.message.split('\n').every(line => /^[A-Z_0-9]+ is .+, it should be: .+$/su.test(line)), error.message).toBe(true);
      expect(error.message).not.toMatch(/Alpha7|Bravo7|Charly7/);
    }
  }), { numRuns: 10_000 });
});
