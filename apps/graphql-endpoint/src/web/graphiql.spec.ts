import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { createSetting } from '../testing/setting.ts';

let development: Program;
let production: Program;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  const setting = resources.use(await createSetting());
  [development, production] = await Promise.all([setting.start(), setting.start({ NODE_ENV: 'production' })]);
});
afterAll(() => resources.disposeAsync());

/** As Chromium asks for a page. */
const navigate = (url: string): Promise<Response> => fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });

const introspection = '{ __schema { queryType { name } } }';

describe('in development', () => {
  it('a browser is given GraphiQL, all of which comes from here', async () => {
    const response = await navigate(`${development.url}/graphql`);
    expect(response.status).toBe(200);
    const page = await response.text();
    const files = [...page.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files).toEqual(['/graphiql/graphiql.css', '/graphiql/graphiql.js', '/graphiql/start.js']);
    for (const file of files) expect((await fetch(`${development.url}${file}`)).status).toBe(200);
    expect((await fetch(`${development.url}/graphiql/other.js`)).status).toBe(404);
  });

  it('inline styles are for GraphiQL alone, and scripts from here for it too', async () => {
    const policyOf = async (path: string): Promise<string> =>
      (await navigate(`${development.url}${path}`)).headers.get('content-security-policy') ?? '';
    expect(await policyOf('/graphql')).toMatch(/^default-src 'self';style-src 'self' 'unsafe-inline';/);
    expect(await policyOf('/graphql')).not.toContain('script-src');
    expect(await policyOf('/')).not.toContain('unsafe');
  });

  it('a query by GET is still answered as JSON, and the schema can be asked for', async () => {
    const query = new URLSearchParams({ query: '{ company { iban } }' }).toString();
    const response = await fetch(`${development.url}/graphql?${query}`, { headers: { 'apollo-require-preflight': 'true' } });
    expect(await response.json()).toEqual({ data: { company: { iban: 'NL66OPEN0000000000' } } });
    expect(await new Browser(development.url).get(introspection)).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });
});

describe('in production', () => {
  it('there is no GraphiQL, and nobody is told the schema', async () => {
    expect((await navigate(`${production.url}/graphql`)).status).toBe(400);
    expect((await fetch(`${production.url}/graphiql/graphiql.js`)).status).toBe(404);
    expect((await new Browser(production.url).ask(introspection)).errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    await using browser = new Browser(production.url);
    const misspelt = [await browser.ask('{ compony { iban } }'), await browser.subscribe('subscription { transaction { cursor } }').next()];
    for (const { errors } of misspelt) expect(errors?.[0]?.message).toMatch(/^Cannot query field "\w+" on type "\w+"\.$/);
  });
});
