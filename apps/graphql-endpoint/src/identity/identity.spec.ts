import { createHash } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { company } from '@bank/topology';
import { createPool } from '@bank/service/database';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import {
  accountOf, companyAccount, deposit, followTransactions, logIn, logOut, me, newName, nextBalances, nextEdge, openOwnAccount, password,
  transfer,
} from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

let setting: Setting;
let endpoint: Program;
let database: pg.Pool;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
  database = resources.adopt(createPool(setting.databaseUrl, { max: 2, onIdleError: () => undefined }), pool => pool.end());
});
afterAll(() => resources.disposeAsync());

const visit = (): Browser => new Browser(endpoint.url);

describe('logging in', () => {
  it('leads back to the same account with the same balance', async () => {
    const username = newName();
    const first = visit();
    const iban = await openOwnAccount(first, username);
    await deposit(first);
    await logOut(first);
    const again = visit();
    const account = { iban, balance: '10000' };
    expect(await logIn(again, { username, password })).toEqual({ __typename: 'LoggedIn', user: { username, role: 'CLIENT', account } });
    expect(await me(again)).toMatchObject({ account });
  });

  it('is refused alike for a wrong password and for an unknown user', async () => {
    const username = newName();
    await openOwnAccount(visit(), username);
    const browser = visit();
    const wrongPassword = await logIn(browser, { username, password: 'another password' });
    const unknownUser = await logIn(browser, { username: newName(), password });
    expect(wrongPassword).toMatchObject({ __typename: 'Refused', code: 'WRONG_CREDENTIALS' });
    expect(unknownUser).toEqual(wrongPassword);
    expect(await logIn(browser, { username: 'nul\0nul\0nul', password })).toEqual(wrongPassword);
    expect(browser.setCookie).toBeUndefined();
  });

  it('makes an employee of who has the employee’s credentials', async () => {
    const browser = visit();
    expect(await logIn(browser, employee)).toMatchObject({ user: { username: employee.username, role: 'EMPLOYEE', account: null } });
  });

  it('that too many try at once is refused as busy, and the rest is answered', async () => {
    // Fifty may wait. So many come that some find no place, however slow the machine is that sends them.
    const attempts = await Promise.all(Array.from({ length: 300 }, () => logIn(visit(), { username: newName(), password })));
    const codes = attempts.map(attempt => (attempt.__typename === 'Refused' ? attempt.code : attempt.__typename));
    expect(codes).toContain('BUSY');
    expect(codes.filter(code => code === 'WRONG_CREDENTIALS').length).toBeGreaterThanOrEqual(50);
    expect(new Set(codes)).toEqual(new Set(['BUSY', 'WRONG_CREDENTIALS']));
  });
});

describe('the session', () => {
  it('is in a cookie that scripts cannot read and other sites cannot send, and ends after 12 hours', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const [pair, ...attributes] = browser.setCookie?.split('; ') ?? [];
    expect(pair).toMatch(/^session=[\w-]{43}$/);
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/']));
    const expires = attributes.find(attribute => attribute.startsWith('Expires='))?.slice('Expires='.length);
    const hours = (new Date(expires ?? '').getTime() - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThanOrEqual(12);
  });

  it('stands in the database as a hash', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const id = browser.cookie?.split('=')[1] ?? '';
    const { rows } = await database.query<{ readonly row: string }>('select sessions::text as row from sessions');
    expect(rows.map(({ row }) => row).join()).not.toContain(id);
    const hash = createHash('sha256').update(id).digest('hex');
    expect(rows.filter(({ row }) => row.includes(hash))).toHaveLength(1);
  });

  it('is over when its time has come', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const hash = createHash('sha256').update(browser.cookie?.split('=')[1] ?? '').digest('hex');
    await database.query(`update sessions set expires_at = now() where id_hash = decode($1, 'hex')`, [hash]);
    expect(await me(browser)).toBeNull();
  });

  it('is over when nobody used it for an hour; that it is used is written down once a minute', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const hash = createHash('sha256').update(browser.cookie?.split('=')[1] ?? '').digest('hex');
    const lastUsedAt = async (minutesAgo?: number): Promise<number> => {
      const { rows } = await database.query<{ readonly at: Date }>(
        `update sessions set last_used_at = coalesce(now() - $2 * interval '1 minute', last_used_at)
         where id_hash = decode($1, 'hex') returning last_used_at as at`,
        [hash, minutesAgo ?? null],
      );
      return rows[0]?.at.getTime() ?? NaN;
    };
    const long = await lastUsedAt(59);
    expect(await me(browser)).not.toBeNull();
    const written = await lastUsedAt();
    expect(written).toBeGreaterThan(long);
    expect(await me(browser)).not.toBeNull();
    expect(await lastUsedAt()).toBe(written);
    await lastUsedAt(60);
    expect(await me(browser)).toBeNull();
  });

  it('is over after logging out, also for who has stolen its id', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const thief = browser.at(endpoint.url);
    expect(await logOut(browser)).toBe(true);
    expect(browser.cookie).toBe('session=');
    expect(await me(thief)).toBeNull();
    expect(await logOut(thief)).toBe(false);
  });

  it('ends everywhere when that is asked, and otherwise only here', async () => {
    const username = newName();
    const [here, there, elsewhere] = [visit(), visit(), visit()];
    await openOwnAccount(here, username);
    await logIn(there, { username, password });
    await logIn(elsewhere, { username, password });
    await logOut(elsewhere);
    expect(await me(there)).not.toBeNull();
    await logOut(here, true);
    expect(await me(there)).toBeNull();
  });
});

describe('an account', () => {
  it('is its owner’s: others learn over HTTP not even that it is there', async () => {
    const [anna, ben] = [visit(), visit()];
    const annas = await openOwnAccount(anna);
    await openOwnAccount(ben);
    expect(await accountOf(ben, annas)).toBeNull();
    expect(await accountOf(visit(), annas)).toBeNull();
  });

  it('is its owner’s: others cannot follow it over a WebSocket', async () => {
    const annas = await openOwnAccount(visit());
    await using visitor = visit();
    await using ben = visit();
    await openOwnAccount(ben);
    expect(await followTransactions(visitor, annas).next()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await followTransactions(ben, annas).next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('can be seen by the employee, who can follow it too', async () => {
    const anna = visit();
    const annas = await openOwnAccount(anna);
    await deposit(anna);
    await using browser = visit();
    await logIn(browser, employee);
    expect(await accountOf(browser, annas)).toMatchObject({ balance: '10000' });
    expect(await nextBalances(followTransactions(browser, annas, ''), 1)).toEqual(['10000']);
  });
});

describe('the company’s account', () => {
  it('is there for everybody, with the IBANs of others masked', async () => {
    const [anna, ben] = [visit(), visit()];
    const annas = await openOwnAccount(anna);
    await openOwnAccount(ben);
    await transfer(anna, { to: company.iban, description: 'rent' });
    const masked = `NL**OPEN*******${annas.slice(-3)}`;
    const partyAsSeenBy = async (browser: Browser) => (await companyAccount(browser, { first: 1 })).transactions.edges[0]?.node.fromTo;
    // Anna has the answer when her own change is there: the company's may come later.
    await eventually(() => partyAsSeenBy(anna), party => party === annas);
    const worker = visit();
    await logIn(worker, employee);
    expect(await Promise.all([visit(), ben, anna, worker].map(partyAsSeenBy))).toEqual([masked, masked, annas, annas]);
  });

  it('can be followed by everybody, masked alike', async () => {
    await using visitor = visit();
    const before = (await companyAccount(visitor, { first: 1 })).transactions.edges[0]?.cursor ?? '';
    const anna = visit();
    const annas = await openOwnAccount(anna);
    await transfer(anna, { to: company.iban });
    expect(await nextEdge(followTransactions(visitor, company.iban, before))).toMatchObject({
      node: { fromTo: `NL**OPEN*******${annas.slice(-3)}` },
    });
  });
});

describe('a session that ends', () => {
  it('takes its open streams along, on whatever instance they are', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    const other = await setting.start();
    await using here = browser.at(endpoint.url);
    await using there = browser.at(other.url);
    const streams = [followTransactions(here, iban, ''), followTransactions(there, iban, '')];
    const seen = streams.map(stream => nextBalances(stream, 1));
    await deposit(browser);
    expect(await Promise.all(seen)).toEqual([['10000'], ['10000']]);
    await logOut(browser);
    expect(await Promise.all(streams.map(stream => stream.end))).toEqual([{ code: 4401 }, { code: 4401 }]);
    await other[Symbol.asyncDispose]();
  });
});
