import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '@bank/service/database';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { accountOf, deposit, followTransactions, nextBalances, nextEdge, nextEdges, openOwnAccount, type Edge } from '../testing/operations.ts';
import { createSetting, type Setting } from '../testing/setting.ts';

let setting: Setting;
let endpoint: Program;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
});
afterAll(() => resources.disposeAsync());

const visit = (): Browser => new Browser(endpoint.url);

const payUntil = async (browser: Browser, enough: AbortSignal): Promise<void> => {
  while (!enough.aborted) await deposit(browser, { amount: '100' });
};

/** The balances of an account to which one cent after the other was paid. */
const counting = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

describe('a stream', () => {
  it('without a cursor begins with what happens next', async () => {
    await using browser = visit();
    const iban = await openOwnAccount(browser);
    await deposit(browser, { amount: '100' });
    const stream = followTransactions(browser, iban);
    // That the stream has begun can only be seen by what it gives: so money is paid until it does.
    const first = nextBalances(stream, 1);
    const paying = new AbortController();
    const paid = payUntil(browser, paying.signal);
    expect(await first).not.toEqual(['100']);
    paying.abort();
    await paid;
  });

  it('with a cursor gives what was missed first, then what happens, oldest first', async () => {
    await using browser = visit();
    const iban = await openOwnAccount(browser);
    await setting.bank.pay(iban, 1n, 5);
    const missed = await nextBalances(followTransactions(browser, iban, ''), 5);
    expect(missed).toEqual(counting(1, 5));
    const [, , third] = (await accountOf(browser, iban))?.transactions.edges ?? [];
    const stream = followTransactions(browser, iban, third?.cursor);
    expect(await nextBalances(stream, 2)).toEqual(counting(4, 5));
    const live = nextBalances(stream, 10);
    await setting.bank.pay(iban, 1n, 10);
    expect(await live).toEqual(counting(6, 15));
  });

  it('catches up with more than it reads at once', async () => {
    await using browser = visit();
    const iban = await openOwnAccount(browser);
    await setting.bank.pay(iban, 1n, 1_050);
    expect(await nextBalances(followTransactions(browser, iban, ''), 1_050)).toEqual(counting(1, 1_050));
  });

  it('goes on from its cursor without a gap or a duplicate, however often it is broken off', async () => {
    const owner = visit();
    const iban = await openOwnAccount(owner);
    const paying = (async () => {
      for (let time = 0; time < 30; time += 1) await setting.bank.pay(iban, 1n, 10);
    })();
    const seen: string[] = [];
    let cursor = '';
    while (seen.length < 300) {
      await using browser = owner.at(endpoint.url);
      const stream = followTransactions(browser, iban, cursor);
      const untilBroken = 1 + (seen.length % 23);
      for (let count = 0; count < untilBroken && seen.length < 300; count += 1) {
        const edge = await nextEdge(stream);
        seen.push(edge.node.newBalance);
        cursor = edge.cursor;
      }
    }
    await paying;
    expect(seen).toEqual(counting(1, 300));
  });

  it('outlives the loss of every connection to the database, at its beginning too', async () => {
    const database = createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined });
    const others = 'from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()';
    // Opened before, for that does not outlive it.
    const owners: { readonly owner: Browser; readonly iban: string }[] = [];
    for (let round = 0; round < 15; round += 1) {
      const owner = visit();
      owners.push({ owner, iban: await openOwnAccount(owner) });
    }
    // What is asked of the database at that moment is another thing each time: the session of a new socket, what was missed, or nothing.
    for (const { owner, iban } of owners) {
      await using browser = owner.at(endpoint.url);
      const stream = followTransactions(browser, iban, '');
      const first = nextBalances(stream, 1);
      await setting.bank.pay(iban, 1n);
      expect(await first).toEqual(['1']);
      const rest = nextBalances(stream, 2);
      const { rows } = await database.query<{ readonly pid: number }>(`select pid, pg_terminate_backend(pid) ${others}`);
      await setting.bank.pay(iban, 1n, 2);
      expect(await rest).toEqual(['2', '3']);
      // They are only told to end: none is to end in the next round.
      const killed = rows.map(({ pid }) => pid);
      await eventually(() => database.query(`select ${others} and pid = any($1)`, [killed]), ({ rowCount }) => rowCount === 0);
    }
    await database.end();
  });

  it('is refused a cursor that is none', async () => {
    await using browser = visit();
    const iban = await openOwnAccount(browser);
    const answer = await followTransactions(browser, iban, 'nonsense').next();
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('a stream with a direction and a least amount', () => {
  /** Changes an account by each of some amounts, in their order. */
  const change = (iban: string, ...amounts: readonly bigint[]): Promise<void> =>
    setting.bank.send(amounts.map(amount => setting.bank.change(iban, amount, 'a shop', 'bread', null)));

  const amountsOf = (edges: readonly Edge[]): readonly string[] => edges.map(({ node }) => node.changedBy);

  it.each([
    [{ direction: 'OUT' }, ['-100', '-5000', '-1'], ['-2', '-300']],
    [{ direction: 'IN' }, ['100', '5000', '99'], ['200']],
    [{ minAmount: '100' }, ['100', '-100', '5000', '-5000'], ['200', '-300']],
    [{ direction: 'OUT', minAmount: '100' }, ['-100', '-5000'], ['-300']],
    [{ direction: 'IN', minAmount: '101' }, ['5000'], ['200']],
  ] as const)('of %j gives just those of what was missed and of what happens', async (wanted, missed, live) => {
    await using browser = visit();
    const iban = await openOwnAccount(browser);
    await change(iban, 100n, -100n, 5_000n, -5_000n, 99n, -1n);
    await nextEdges(followTransactions(browser, iban, ''), 6);
    const stream = followTransactions(browser, iban, '', wanted);
    expect(amountsOf(await nextEdges(stream, missed.length))).toEqual(missed);
    await change(iban, -2n, 200n, -300n);
    expect(amountsOf(await nextEdges(stream, live.length))).toEqual(live);
  });

  it('goes on from its cursor, past what is not wanted, and from that of another stream of the account', async () => {
    await using browser = visit();
    const iban = await openOwnAccount(browser);
    await change(iban, -1n, 2n, -3n, 4n, -5n);
    const [, second] = await nextEdges(followTransactions(browser, iban, ''), 5);
    const [first] = await nextEdges(followTransactions(browser, iban, '', { direction: 'OUT' }), 1);
    const rest = { direction: 'OUT' } as const;
    expect(amountsOf(await nextEdges(followTransactions(browser, iban, first?.cursor, rest), 2))).toEqual(['-3', '-5']);
    expect(amountsOf(await nextEdges(followTransactions(browser, iban, second?.cursor, rest), 2))).toEqual(['-3', '-5']);
  });

  it('is refused an amount below 0, for it is of the absolute value', async () => {
    await using browser = visit();
    const iban = await openOwnAccount(browser);
    expect(await followTransactions(browser, iban, '', { minAmount: '-1' }).next()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('a WebSocket', () => {
  it('takes nothing but subscriptions', async () => {
    await using browser = visit();
    expect(await browser.subscribe('{ me { username } }').next()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('a page of transactions', () => {
  it('is newest first, and goes on with what is older, untouched by what happens meanwhile', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    await setting.bank.pay(iban, 1n, 5);
    await nextBalances(followTransactions(browser, iban, ''), 5);
    const first = (await accountOf(browser, iban, { first: 2 }))?.transactions;
    expect(first?.edges.map(({ node }) => node.newBalance)).toEqual(['5', '4']);
    expect(first?.pageInfo.hasNextPage).toBe(true);
    await deposit(browser);
    const second = (await accountOf(browser, iban, { first: 3, after: first?.pageInfo.endCursor ?? null }))?.transactions;
    expect(second?.edges.map(({ node }) => node.newBalance)).toEqual(['3', '2', '1']);
    expect(second?.pageInfo.hasNextPage).toBe(false);
    await browser[Symbol.asyncDispose]();
  });

  it('has at least one and at most 250', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    for (const first of [0, -1, 251]) await expect(accountOf(browser, iban, { first })).rejects.toThrow('first is from 1 to 250');
  });
});

describe('a stream that broke off', () => {
  it('because its instance was killed goes on at another', async () => {
    const doomed = await setting.start();
    await using before = new Browser(doomed.url);
    const iban = await openOwnAccount(before);
    const stream = followTransactions(before, iban, '');
    const seen = nextBalances(stream, 3);
    await setting.bank.pay(iban, 1n, 3);
    expect(await seen).toEqual(counting(1, 3));
    const cursor = (await accountOf(before, iban))?.transactions.edges[0]?.cursor;
    doomed.kill('SIGKILL');
    expect(await stream.end).toEqual({ code: 1006 });
    await setting.bank.pay(iban, 1n, 3);
    await using after = before.at(endpoint.url);
    const rest = followTransactions(after, iban, cursor);
    expect(await nextBalances(rest, 3)).toEqual(counting(4, 6));
  });
});
