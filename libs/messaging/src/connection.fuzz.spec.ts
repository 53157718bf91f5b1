import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { clients } from './clients.ts';
import { connectionOf, messagingVariables } from './connection.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 });
/** Right values most of the time: a wrong one hides what becomes of the others. */
const mostly = (right: fc.Arbitrary<string>, wrong: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: wrong });

const number = mostly(fc.integer({ min: 990, max: 300_010 }).map(String), fc.oneof(fc.constantFrom(' ', '6e3', '0x1770', '6000\n', '٦٠٠٠', '1000.5'), text));
const address = fc.tuple(
  mostly(fc.constantFrom('http://', 'https://'), fc.constantFrom('http:/', 'ftp://', '//', '')),
  fc.constantFrom('', 'me:secret@', '%40:%40@', 'me:%zz@', 'me:%ff@', '%c3:%a9@'),
  mostly(fc.constantFrom('127.0.0.1:8081', 'host', '[::1]'), fc.oneof(fc.constantFrom('', 'host:99999'), text)),
  fc.constantFrom('', '/', '//', '/apis/ccompat/v7/', '/%'),
).map(parts => parts.join(''));
const broker = mostly(fc.constantFrom('127.0.0.1:9092', 'host:1'), fc.oneof(fc.constantFrom('host', ':1', 'a b:1', 'host:x', ''), text));
const variables = fc.record({
  KAFKA_BROKERS: fc.array(broker, { minLength: 1, maxLength: 2 }).map(list => list.join(',')),
  KAFKA_CLIENT: mostly(fc.constantFrom(...clients), text),
  KAFKA_SESSION_TIMEOUT_MS: number,
  SCHEMA_REGISTRY_URL: address,
  TOPIC_PREFIX: mostly(fc.stringMatching(/^[\w.-]{0,9}$/), fc.oneof(fc.constant('x'.repeat(101)), text)),
}, { requiredKeys: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'] });

it('any variables are a connection that makes sense, or refused', () => {
  fc.assert(fc.property(variables, given => {
    const parsed = z.object(messagingVariables).safeParse(given);
    if (!parsed.success) return;
    const { brokers, client, registryUrl, topicPrefix, sessionTimeoutMs } = connectionOf('some-service', parsed.data);
    for (const broker of brokers) expect(broker).toMatch(/^[^\s,:]+:[0-9]+$/);
    expect(brokers.join(',')).toBe(given.KAFKA_BROKERS);
    expect(clients).toContain(client);
    expect(String(sessionTimeoutMs)).toBe(given.KAFKA_SESSION_TIMEOUT_MS === undefined ? '6000' : String(Number.parseInt(given.KAFKA_SESSION_TIMEOUT_MS, 10)));
    expect(topicPrefix).toMatch(/^[A-Za-z0-9_.-]{0,100}$/);
    const { protocol, hostname, username, password } = new URL(registryUrl);
    expect([protocol.startsWith('http'), hostname !== '', username, password]).toEqual([true, true, '', '']);
  }), { numRuns: 10_000 });
});

it('right variables are taken', () => {
  const hosts = fc.array(fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([host, port]) => `${host}:${port}`), { minLength: 1, maxLength: 3 });
  const urls = fc.tuple(fc.constantFrom('http', 'https'), fc.ipV4(), fc.stringMatching(/^\w{0,9}$/)).map(([protocol, host, path]) => `${protocol}://${host}/${path}`);
  fc.assert(fc.property(hosts, urls, fc.integer({ min: 1_000, max: 300_000 }), (brokers, url, timeoutMs) => {
    const given = { KAFKA_BROKERS: brokers.join(','), SCHEMA_REGISTRY_URL: url, KAFKA_SESSION_TIMEOUT_MS: String(timeoutMs) };
    expect(z.object(messagingVariables).parse(given)).toMatchObject({ KAFKA_BROKERS: brokers, KAFKA_SESSION_TIMEOUT_MS: timeoutMs });
  }), { numRuns: 10_000 });
});
