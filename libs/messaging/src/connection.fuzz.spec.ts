import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { clients } from './clients.ts';
import { connectionOf, messagingVariables } from './connection.ts';
import { Registry } from './registry.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const number = fc.oneof(fc.integer().map(String), fc.integer({ min: 990, max: 300_010 }).map(String), fc.constantFrom(' ', '6e3', '0x1770', '6000\n', '٦٠٠٠', '1000.5'), text);
const address = fc.tuple(fc.constantFrom('http://', 'http://', 'https://', 'https://', 'http:/', 'ftp://', '//', ''), fc.constantFrom('', 'me:secret@', 'me:%zz@', 'me:%ff@', '%c3:%a9@', '%40:%40@'),
  fc.oneof(fc.constantFrom('127.0.0.1:8081', 'host', '', '[::1]', 'host:99999'), text), fc.constantFrom('', '/', '//', '/apis/ccompat/v7/', '/%')).map(parts => parts.join(''));
const variables = fc.record({
  KAFKA_BROKERS: fc.oneof(fc.array(fc.oneof(fc.constantFrom('127.0.0.1:9092', 'host:1', 'host', ':1', 'a b:1', 'host:x', ''), text), { minLength: 1, maxLength: 3 }).map(list => list.join(',')), text),
  KAFKA_CLIENT: fc.oneof(fc.constantFrom(...clients), text),
  KAFKA_SESSION_TIMEOUT_MS: number,
  SCHEMA_REGISTRY_URL: address,
  TOPIC_PREFIX: fc.oneof(fc.stringMatching(/^[\w.-]{0,101}$/), text),
}, { requiredKeys: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'] });

it('any variables are a connection that clients can be made of, or refused', () => {
  fc.assert(fc.property(variables, given => {
    const parsed = z.object(messagingVariables).safeParse(given);
    if (!parsed.success) return;
    const connection = connectionOf('some-service', parsed.data);
    const { brokers, client, registryUrl, topicPrefix, sessionTimeoutMs } = connection;
    for (const broker of brokers) expect(broker).toMatch(/^[^\s,:]+:[0-9]+$/);
    expect(brokers.join(',')).toBe(given.KAFKA_BROKERS);
    expect(clients).toContain(client);
    expect(String(sessionTimeoutMs)).toBe(given.KAFKA_SESSION_TIMEOUT_MS === undefined ? '6000' : String(Number.parseInt(given.KAFKA_SESSION_TIMEOUT_MS, 10)));
    expect(topicPrefix).toMatch(/^[A-Za-z0-9_.-]{0,100}$/);
    const { protocol, hostname, username, password } = new URL(registryUrl);
    expect([protocol.startsWith('http'), hostname !== '', username, password]).toEqual([true, true, '', '']);
    expect(() => new Registry(connection)).not.toThrow();
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
