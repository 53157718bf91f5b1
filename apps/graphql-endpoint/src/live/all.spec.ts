import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '@bank/service/database';
import type { Program } from '@bank/stack';
import { partitionOf, topics, type Iban } from '@bank/topology';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import {
  deposit, followAll, followTransactions, logIn, nextEdge, nextEdges, openOwnAccount, transfer, type Edge, type Transaction,
} from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

const resources = new AsyncDisposableStack();
let setting: Setting;
let endpoint: Program;
let database: pg.Pool;
let client: Browser;
let clients: string;
/** Logged in as an employee; each test follows from a browser of its own. */
let clerk: Browser;

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
  database = resources.adopt(createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined }), pool => pool.end());
  client = resources.use(new Browser(endpoint.url));
  clients = await openOwnAccount(client);
  clerk = new Browser(endpoint.url);
  await logIn(clerk, employee);
});
afterAll(() => resources.disposeAsync());

/** What the database shows of all accounts, each in its order. */
const everything = async (): Promise<readonly Pick<Transaction, 'iban' | 'newBalance'>[]> => {
  const { rows } = await database.query<Pick<Transaction, 'iban' | 'newBalance'>>(
    `select iban, new_balance::text as "newBalance" from transactions join accounts using (iban)
     where transactions.ordinal <= accounts.ordinal order by iban, transactions.ordinal`,
  );
  return rows;
};

/** Transactions by account, and in each as they came. */
const byAccount = (edges: readonly Edge[]): readonly Pick<Transaction, 'iban' | 'newBalance'>[] =>
  edges.map(({ node: { iban, newBalance } }) => ({ iban, newBalance })).toSorted((a, b) => (a.iban < b.iban ? -1 : a.iban > b.iban ? 1 : 0));

/** Waits until the database shows so many more transactions than before. */
const grownBy = async (count: number, during: () => Promise<unknown>): Promise<void> => {
  const before = (await everything()).length;
  await during();
  await eventually(everything, rows => rows.length === before + count);
};

/** The cursor behind all that happened. */
const lastCursor = async (): Promise<string> => {
  await using browser = clerk.at(endpoint.url);
  return (await nextEdges(followAll(browser, ''), (await everything()).length)).at(-1)?.cursor ?? '';
};

describe('the stream of all accounts', () => {
  it('gives all that ever happened first, each account in its order, then what happens', async () => {
    const ibans = Array.from({ length: 20 }, () => setting.bank.openAccount());
    await grownBy(20 * 25 + 3, async () => {
      for (const iban of ibans) await setting.bank.pay(iban, 1n, 25);
      await deposit(client, { amount: '5000' });
      await transfer(client, { to: 'NL66OPEN0000000000', amount: '100' });
    });
    const happened = await everything();
    await using browser = clerk.at(endpoint.url);
    const stream = followAll(browser, '');
    expect(byAccount(await nextEdges(stream, happened.length))).toEqual(happened);
    await transfer(client, { amount: '7' });
    expect((await nextEdge(stream)).node).toMatchObject({ iban: clients, changedBy: '-7' });
  });

  it('catches up with more of one partition than it reads at once', async () => {
    const iban = setting.bank.openAccount();
    const cursor = await lastCursor();
    await grownBy(450, () => setting.bank.pay(iban, 1n, 450));
    await using browser = clerk.at(endpoint.url);
    const edges = await nextEdges(followAll(browser, cursor), 450);
    expect(edges.map(({ node }) => node.newBalance)).toEqual(Array.from({ length: 450 }, (_, at) => String(at + 1)));
  });

  it('without a cursor begins with what happens next', async () => {
    const iban = setting.bank.openAccount();
    await grownBy(1, () => setting.bank.pay(iban, 1n));
    await using browser = clerk.at(endpoint.url);
    const first = nextEdge(followAll(browser));
    // That the stream has begun can only be seen by what it gives: so money is paid until it does.
    const enough = new AbortController();
    const paid = (async () => {
      while (!enough.signal.aborted) await setting.bank.pay(iban, 1n);
    })();
    const { node } = await first;
    expect(node.iban).toBe(iban);
    expect(Number(node.newBalance)).toBeGreaterThan(1);
    enough.abort();
    await paid;
    await eventually(everything, rows => rows.filter(row => row.iban === iban).length === Number(setting.bank.balanceOf(iban)));
  });

  it('goes on from its cursor without a gap or a duplicate, however often it breaks off, and at whatever endpoint', async () => {
    const other = await setting.start();
    const ibans = Array.from({ length: 4 }, () => setting.bank.openAccount());
    let cursor = await lastCursor();
    const paying = (async () => {
      for (let round = 0; round < 20; round += 1) for (const iban of ibans) await setting.bank.pay(iban, 1n, 5);
    })();
    const seen: Edge[] = [];
    for (let connection = 0; seen.length < 400; connection += 1) {
      await using browser = clerk.at(connection % 2 === 0 ? endpoint.url : other.url);
      seen.push(...(await nextEdges(followAll(browser, cursor), Math.min(1 + ((connection * 7) % 23), 400 - seen.length))));
      cursor = seen.at(-1)?.cursor ?? cursor;
    }
    await paying;
    const expected = ibans.toSorted().flatMap(iban => Array.from({ length: 100 }, (_, at) => ({ iban, newBalance: String(at + 1) })));
    expect(byAccount(seen)).toEqual(expected);
    // Nothing is left over: what comes next is what happens next.
    await using browser = clerk.at(other.url);
    const rest = followAll(browser, cursor);
    await deposit(client, { amount: '1' });
    expect((await nextEdge(rest)).node).toMatchObject({ iban: clients, changedBy: '1' });
    await other[Symbol.asyncDispose]();
  });

  it('gives a change that was overtaken, and the one that overtook it, also to who went on beyond the place of the latter', async () => {
    const { bank } = setting;
    const gapped = bank.openAccount();
    const other = accountBeside(gapped);
    const cursor = await lastCursor();
    const [first, second, third] = [1n, 2n, 3n].map(amount => bank.change(gapped, amount, 'a shop', 'back', null));
    if (!first || !second || !third) throw new Error('three changes were made');
    await bank.send([first, third, bank.change(other, 10n, 'a shop', 'back', null)]);
    let beyond: string;
    {
      await using browser = clerk.at(endpoint.url);
      const edges = await nextEdges(followAll(browser, cursor), 2);
      expect(edges.map(({ node }) => node.changedBy)).toEqual(['1', '10']);
      beyond = edges.at(-1)?.cursor ?? '';
    }
    await bank.send([second, bank.change(other, 20n, 'a shop', 'back', null)]);
    await using browser = clerk.at(endpoint.url);
    const stream = followAll(browser, beyond);
    expect((await nextEdges(stream, 3)).map(({ node }) => node.changedBy)).toEqual(['2', '3', '20']);
    await bank.send([bank.change(other, 30n, 'a shop', 'back', null)]);
    expect((await nextEdge(stream)).node.changedBy).toBe('30');
  });

  it('is for employees', async () => {
    await using visitor = new Browser(endpoint.url);
    expect(await followAll(visitor, '').next()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    await using browser = client.at(endpoint.url);
    expect(await followAll(browser, '').next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('is refused a cursor that is none, or one of a single account, and that is refused one of all', async () => {
    await deposit(client, { amount: '1' });
    await using browser = clerk.at(endpoint.url);
    const { cursor } = await nextEdge(followTransactions(browser, clients, ''));
    const refused = { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] };
    for (const wrong of ['nonsense', cursor]) expect(await followAll(browser, wrong).next()).toMatchObject(refused);
    expect(await followTransactions(browser, clients, await lastCursor()).next()).toMatchObject(refused);
  });
});

/** A new account whose events stand on the same partition. */
const accountBeside = (iban: Iban): Iban => {
  const partitionFor = (each: Iban): number => partitionOf(each, topics.balance_changed.partitions);
  let other = setting.bank.openAccount();
  while (partitionFor(other) !== partitionFor(iban)) other = setting.bank.openAccount();
  return other;
};
