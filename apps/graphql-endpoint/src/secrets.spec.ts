import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '@bank/stack';
import { Browser } from './testing/browser.ts';
import { deposit, logIn, newName, openOwnAccount, password, transfer } from './testing/operations.ts';
import { createSetting, employee, type Setting } from './testing/setting.ts';

/** Every row of every table, as text; bytes stand there in hexadecimal digits. */
const dump = async (databaseUrl: string): Promise<string> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ readonly name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const parts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ readonly text: string }>(`select row::text as text from ${name} as row`);
      parts.push(name, ...rows.map(({ text }) => text));
    }
    return parts.join('\n');
  } finally {
    await client.end();
  }
};

/** A text as it may stand somewhere: itself, and the bytes of it, or those it is the base64 of, in any usual way to write bytes. */
const spellingsOf = (text: string): readonly string[] => [
  text,
  Buffer.from(text).toString('hex'),
  Buffer.from(text).toString('base64url'),
  Buffer.from(text).toString('base64').replace(/=+$/, ''),
  Buffer.from(text, 'base64url').toString('hex'),
];

const isIn = (where: string, text: string): boolean => spellingsOf(text).some(spelling => where.includes(spelling));

describe('what is secret', () => {
  const resources = new AsyncDisposableStack();
  let setting: Setting;
  let endpoint: Program;
  let tokens: readonly string[];
  let sessionIds: readonly string[];
  /** What is no secret. */
  let known: readonly string[];
  let everything: string;

  const secrets = (): readonly string[] => [...tokens, ...sessionIds, password, employee.password];

  beforeAll(async () => {
    setting = resources.use(await createSetting());
    endpoint = await setting.start();
    const [anna, ben, annaElsewhere, boss] = [1, 2, 3, 4].map(() => new Browser(endpoint.url)) as [Browser, Browser, Browser, Browser];
    const annasName = newName();
    const [annas, bens] = [await openOwnAccount(anna, annasName), await openOwnAccount(ben)];
    await deposit(anna);
    await transfer(anna, { to: bens, description: 'a dinner for two' });
    await logIn(annaElsewhere, { username: annasName, password });
    await logIn(boss, employee);
    tokens = [annas, bens].map(iban => setting.bank.tokenOf(iban));
    sessionIds = [anna, ben, annaElsewhere, boss].map(({ cookie }) => cookie?.split('=')[1] ?? '');
    known = [annas, bens, annasName, employee.username, 'a dinner for two'];
    everything = await dump(setting.databaseUrl);
  });
  afterAll(() => resources.disposeAsync());

  it('is not in the database: no token, no session id, no password', () => {
    expect(tokens).toEqual([expect.stringMatching(/^\d{20}$/), expect.stringMatching(/^\d{20}$/)]);
    expect(sessionIds.filter(id => /^[\w-]{43}$/.test(id))).toHaveLength(4);
    expect(secrets().filter(secret => isIn(everything, secret))).toEqual([]);
  });

  it('would be found there, as all else is, however it is written', () => {
    expect(known.filter(text => !isIn(everything, text))).toEqual([]);
    const inEachSpelling = secrets().flatMap(secret => spellingsOf(secret).map(spelling => ({ secret, dumped: `${everything}(7,${spelling})` })));
    expect(inEachSpelling.filter(({ secret, dumped }) => !isIn(dumped, secret))).toEqual([]);
  });

  it('is not in the log', async () => {
    const log = await endpoint.output();
    expect(log).toContain('command sent');
    expect(secrets().filter(secret => isIn(log, secret))).toEqual([]);
  });
});
