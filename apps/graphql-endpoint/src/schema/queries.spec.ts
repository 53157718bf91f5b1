import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '@bank/service/database';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import {
  accountOf, askAccounts, deposit, followTransactions, logIn, nextBalances, openOwnAccount, transactionOf, transactionPage, transactionsOf,
  type Asked, type ListedAccount, type AccountSort,
} from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

let setting: Setting;
let endpoint: Program;
let clerk: Browser;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
  clerk = new Browser(endpoint.url);
  await logIn(clerk, employee);
});
afterAll(() => resources.disposeAsync());

const visit = (): Browser => new Browser(endpoint.url);

/** Pays an account one cent after the other until its balance has risen by so many, and is seen. */
const pay = async (browser: Browser, iban: string, times: number): Promise<void> => {
  const before = Number((await accountOf(browser, iban))?.balance);
  await setting.bank.pay(iban, 1n, times);
  await eventually(() => accountOf(browser, iban), account => account?.balance === String(before + times));
};

describe('the transactions of an account', () => {
  it('come page by page each once, newest first, however many come new meanwhile', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    await pay(browser, iban, 25);
    const seen: string[] = [];
    let after: string | null = null;
    for (let hasNextPage = true; hasNextPage;) {
      const { edges, pageInfo } = await transactionPage(browser, iban, { first: 4, after });
      seen.push(...edges.map(({ node }) => node.newBalance));
      expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor);
      ({ hasNextPage, endCursor: after } = pageInfo);
      await pay(browser, iban, 3);
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => String(25 - at)));
  });

  it('have a cursor that gives the same page at any time', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    await pay(browser, iban, 5);
    const [, second] = (await transactionPage(browser, iban)).edges;
    const older = await transactionPage(browser, iban, { after: second?.cursor ?? null });
    expect(older.edges.map(({ node }) => node.newBalance)).toEqual(['3', '2', '1']);
    await pay(browser, iban, 5);
    expect(await transactionPage(browser, iban, { after: second?.cursor ?? null })).toEqual(older);
    const [oldest] = older.edges.slice(-1);
    expect(await transactionPage(browser, iban, { after: oldest?.cursor ?? null })).toEqual({
      edges: [], pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  it('of another cursor, or more than may be had, are refused', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    for (const wrong of [{ after: 'nonsense' }, { first: 0 }, { first: 251 }, { minAmount: '-1' }, { search: 'a\0b' }, { search: '\ud800' }]) {
      await expect(transactionsOf(browser, iban, wrong), JSON.stringify(wrong)).rejects.toThrow('BAD_USER_INPUT');
    }
  });
});

describe('the transactions that are looked for', () => {
  let browser: Browser;
  let iban: string;

  beforeAll(async () => {
    browser = visit();
    iban = await openOwnAccount(browser);
    const changes = [
      [100n, 'Albert Heijn BV', 'paid back'],
      [-100n, 'Albert Heijn BV', 'Groceries'],
      [-5_000n, 'Shell', '100% fuel'],
      [5_000n, 'anna_b', 'rent'],
      [-7n, 'back\\slash', 'b'],
      [-99n, 'Čapek', "O'Hara"],
    ] as const;
    await setting.bank.send(changes.map(([by, fromTo, description]) => setting.bank.change(iban, by, fromTo, description, null)));
    await eventually(() => transactionsOf(browser, iban), found => found.length === changes.length);
  });

  it.each<[Asked, readonly string[]]>([
    [{}, ['-99', '-7', '5000', '-5000', '-100', '100']],
    [{ direction: 'IN' }, ['5000', '100']],
    [{ direction: 'OUT' }, ['-99', '-7', '-5000', '-100']],
    [{ minAmount: '100' }, ['5000', '-5000', '-100', '100']],
    [{ minAmount: '5000' }, ['5000', '-5000']],
    [{ minAmount: '9223372036854775807' }, []],
    [{ minAmount: '0' }, ['-99', '-7', '5000', '-5000', '-100', '100']],
    [{ search: 'albert heijn' }, ['-100', '100']],
    [{ search: 'GROCERIES' }, ['-100']],
    [{ search: 'čapek' }, ['-99']],
    [{ search: 'nobody' }, []],
    [{ direction: 'OUT', search: 'albert' }, ['-100']],
    [{ direction: 'OUT', minAmount: '99' }, ['-99', '-5000', '-100']],
    [{ direction: 'IN', minAmount: '101', search: 'e' }, ['5000']],
    [{ direction: 'OUT', minAmount: '101', search: 'albert' }, []],
  ])('with %j are just those', async (asked, found) => {
    expect((await transactionsOf(browser, iban, asked)).map(({ changedBy }) => changedBy)).toEqual(found);
  });

  it.each([['%', ['-5000']], ['100%', ['-5000']], ['_', ['5000']], ['a_b', ['5000']], ['\\', ['-7']], ['k\\s', ['-7']], ["'", ['-99']], ['l%r', []], ['\\%', []]])(
    'by %s, which means just that, are those that hold it',
    async (search, found) => {
      expect((await transactionsOf(browser, iban, { search })).map(({ changedBy }) => changedBy)).toEqual(found);
    },
  );

  it('are not looked for by text where IBANs are masked, for that would unmask them', async () => {
    for (const anybody of [visit(), browser]) {
      await expect(transactionsOf(anybody, 'NL66OPEN0000000000', { search: iban })).rejects.toThrow('FORBIDDEN');
    }
  });

  it('come page by page as well', async () => {
    const asked = { direction: 'OUT', minAmount: '50' } as const;
    const first = await transactionPage(browser, iban, { ...asked, first: 2 });
    expect(first.edges.map(({ node }) => node.changedBy)).toEqual(['-99', '-5000']);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await transactionPage(browser, iban, { ...asked, first: 2, after: first.pageInfo.endCursor });
    expect(second.edges.map(({ node }) => node.changedBy)).toEqual(['-100']);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });
});

describe('one transaction', () => {
  it('is had by its id, the same as in the list', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    await pay(browser, iban, 3);
    const listed = await transactionsOf(browser, iban);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(3);
    for (const transaction of listed) {
      expect(await transactionOf(browser, transaction.id)).toEqual(transaction);
      expect(await transactionOf(visit(), transaction.id)).toBeNull();
    }
  });

  it('that there is not is null, whatever stands for its id', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    const encoded = (text: string): string => Buffer.from(text).toString('base64url');
    for (const id of ['', 'nonsense', encoded(`${iban}/1`), encoded(`${iban}/0`), encoded(`${iban}/${'9'.repeat(19)}`), encoded(`${iban}/-1`), '💶']) {
      expect(await transactionOf(browser, id), id).toBeNull();
    }
  });
});

describe('all accounts', () => {
  const never = Number.NEGATIVE_INFINITY;
  const timeOf = ({ changedAt }: ListedAccount): number => (changedAt === null ? never : Date.parse(changedAt));
  /** What each order goes by; where it is the same, IBANs decide. */
  const precedes: Readonly<Record<AccountSort, (a: ListedAccount, b: ListedAccount) => boolean>> = {
    IBAN: (a, b) => a.iban < b.iban,
    BALANCE: (a, b) => BigInt(a.balance) > BigInt(b.balance) || (a.balance === b.balance && a.iban > b.iban),
    LAST_CHANGE: (a, b) => timeOf(a) > timeOf(b) || (timeOf(a) === timeOf(b) && a.iban > b.iban),
  };
  let ibans: readonly string[];

  const list = async (of: Parameters<typeof askAccounts>[1]) => {
    const { data, errors } = await askAccounts(clerk, of);
    if (!data) throw new Error(JSON.stringify(errors));
    return data.accounts;
  };

  beforeAll(async () => {
    // Some that never changed, some with the same balance, and one in debt.
    for (let count = 0; count < 3; count += 1) await openOwnAccount(visit());
    for (let count = 0; count < 3; count += 1) {
      const browser = visit();
      await openOwnAccount(browser);
      await deposit(browser, { amount: '4200' });
    }
    const poor = visit();
    const iban = await openOwnAccount(poor);
    await setting.bank.send([setting.bank.change(iban, -123n, 'a shop', 'bread', null)]);
    await nextBalances(followTransactions(poor, iban, ''), 1);
    await poor[Symbol.asyncDispose]();
    const database = createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined });
    ibans = (await database.query<{ readonly iban: string }>('select iban from accounts')).rows.map(row => row.iban);
    await database.end();
  });

  it.each(['IBAN', 'BALANCE', 'LAST_CHANGE'] as const)('by %s are there, each once and in order, page by page', async sort => {
    const found: ListedAccount[] = [];
    let after: string | null = null;
    for (let hasNextPage = true; hasNextPage;) {
      const { edges, pageInfo } = await list({ sort, first: 3, after });
      found.push(...edges.map(({ node }) => node));
      ({ hasNextPage, endCursor: after } = pageInfo);
    }
    expect(found.map(({ iban }) => iban).toSorted()).toEqual(ibans.toSorted());
    for (const [at, account] of found.entries()) {
      const next = found[at + 1];
      if (next) expect(precedes[sort](account, next), `${account.iban} before ${next.iban}`).toBe(true);
    }
    expect((await list({ sort, first: 250 })).edges.map(({ node }) => node)).toEqual(found);
  });

  it('whose IBAN holds a text are those alone, in any case and with nothing in it that stands for something else', async () => {
    const [iban = ''] = ibans.filter(each => each !== 'NL66OPEN0000000000');
    expect((await list({ search: iban.toLowerCase() })).edges.map(({ node }) => node.iban)).toEqual([iban]);
    expect((await list({ search: iban.slice(-3) })).edges.map(({ node }) => node.iban)).toContain(iban);
    for (const search of ['%', '_', '\\']) expect((await list({ search })).edges).toEqual([]);
  });

  it('are refused with a cursor of another order, one that is made up, or of another list', async () => {
    const { edges } = await list({ sort: 'BALANCE', first: 1 });
    const company = (await transactionPage(clerk, 'NL66OPEN0000000000')).pageInfo.endCursor ?? 'MQ';
    const madeUp = [['BALANCE', '9'.repeat(19), ibans[0]], ['LAST_CHANGE', '----------', ibans[0]]].map(place =>
      Buffer.from(JSON.stringify(place)).toString('base64url'));
    for (const after of [edges[0]?.cursor ?? '', company, '', 'nonsense', ...madeUp]) {
      expect(await askAccounts(clerk, { sort: 'LAST_CHANGE', after })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
    for (const first of [0, 251]) {
      expect(await askAccounts(clerk, { first })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
  });
});
