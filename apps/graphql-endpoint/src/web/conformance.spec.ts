import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '@bank/stack';
import { createSetting } from '../testing/setting.ts';

let endpoint: Program;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  endpoint = await resources.use(await createSetting()).start();
});
afterAll(() => resources.disposeAsync());

/**
 * What the specification would rather have otherwise. Apollo Server answers an operation that is not executed with 400, whatever the client
 * accepts; 200 is meant for clients of application/json that cannot read the body of another status, of which this bank has none, and would
 * hide from proxies and monitors that the request was wrong. To who accepts application/graphql-response+json it is 400 in any case.
 */
const otherwise = [
  'SHOULD use 200 status code on document parsing failure when accepting application/json',
  'SHOULD use 200 status code on document validation failure when accepting application/json',
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
];

/** As every client of ours does: without it, what a browser sends without a preflight is refused. */
const preflighted = (url: string, options: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...options, headers: { ...Object.fromEntries(new Headers(options.headers)), 'apollo-require-preflight': 'true' } });

describe('GraphQL over HTTP', () => {
  it('is as the specification wants it: all that must be, and all that should be but for what is named here', async () => {
    const results = await auditServer({ url: `${endpoint.url}/graphql`, fetchFn: preflighted });
    expect(results.length).toBeGreaterThan(50);
    expect(results.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual(otherwise);
  });
});
