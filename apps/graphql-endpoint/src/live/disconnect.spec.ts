import { randomInt, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { company } from '@bank/topology';
import { createPool } from '@bank/service/database';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { Crowd } from '../testing/crowd.ts';
import { eventually } from '../testing/eventually.ts';
import { toAccount, toAllAccounts, type Entry, type Follower } from '../testing/follower.ts';
import { deposit, logIn, openOwnAccount, transfer, type Outcome } from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

const followersInAll = 200;
const breaksInAll = 1_000;
const restartsInAll = 5;

/** Draws who is cut off, where one connects and who is paid: with that of a failure it comes to about the same again. */
const seed = Number(process.env['DISCONNECT_SEED'] ?? randomInt(2 ** 31));
const random = xoroshiro128plus(seed);

const oneOf = <V>(values: readonly V[]): V => {
  const value = values[uniformInt(random, 0, values.length - 1)];
  if (value === undefined) throw new RangeError('there is nothing to draw from');
  return value;
};

/** The group notices soon that a member is dead. */
const session = { KAFKA_SESSION_TIMEOUT_MS: '1500' };

let setting: Setting;
let database: pg.Pool;
let steady: Program;
let restarted: Program;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  database = resources.adopt(createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined }), pool => pool.end());
  [steady, restarted] = await Promise.all([setting.start(session), setting.start(session)]);
});
afterAll(() => resources.disposeAsync());

const urls = (): readonly string[] => [steady.url, restarted.url];

/** Kills an endpoint, and has it come back at its address. */
const restart = async (): Promise<void> => {
  restarted.kill('SIGKILL');
  await restarted.exited;
  restarted = await setting.start({ ...session, PORT: new URL(restarted.url).port });
};

/** A follower with the accounts that it follows. */
type Following = { readonly follower: Follower; readonly ibans: readonly string[] };
/** An account that is paid from outside, and how often it was. */
type Paid = Following & { readonly iban: string; times: number };
type Client = { readonly browser: Browser; readonly iban: string };

const openAccounts = (count: number): Promise<readonly Client[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const browser = new Browser(steady.url);
      return { browser, iban: await openOwnAccount(browser) };
    }),
  );

/** Pays accounts, each time when what was paid before has arrived; gives how many transactions that made. */
const pay = async (accounts: readonly Paid[], enough: AbortSignal): Promise<number> => {
  let made = 0;
  while (!enough.aborted) {
    const round = Array.from({ length: 10 }, () => oneOf(accounts));
    for (const account of round) account.times += 1;
    await Promise.all(round.map(({ iban }) => setting.bank.pay(iban, 1n)));
    made += round.length;
    await untilNone(() => round.filter(({ follower, times }) => follower.entries.length < times));
  }
  return made;
};

/** Has a client put money in and pay the company, in turn; gives how many transactions that made. */
const trade = async ({ browser }: Client, enough: AbortSignal): Promise<number> => {
  let made = 0;
  while (!enough.aborted) {
    await insist(of => deposit(browser.at(oneOf(urls())), of));
    await insist(of => transfer(browser.at(oneOf(urls())), { ...of, to: company.iban }));
    made += 3;
  }
  return made;
};

/** Asks the same again and again, until the outcome is known: an endpoint may be away, or die of it. */
const insist = async (ask: (of: { readonly id: string }) => Promise<Outcome | undefined>): Promise<void> => {
  const id = randomUUID();
  const outcome = await eventually(() => ask({ id }).catch(() => undefined), of => of !== undefined);
  expect(outcome).toEqual({ __typename: 'Confirmed', commandId: id });
};

/** Waits until none is behind; gives up with the accounts of those who are. */
const untilNone = async (behind: () => readonly Following[]): Promise<void> => {
  await eventually(() => Promise.resolve(behind().map(({ ibans }) => ibans)), missing => missing.length === 0);
};

/** Cuts followers off and restarts an endpoint, as often as is to be. */
const disturb = async (crowd: Crowd): Promise<void> => {
  for (let restarts = 1; restarts <= restartsInAll; restarts += 1) {
    const breaks = (breaksInAll * restarts) / restartsInAll;
    crowd.allowBreaks(breaks);
    await restart();
    await eventually(() => Promise.resolve(crowd.breaks), count => count === breaks);
  }
};

type Row = Omit<Entry, 'id'>;

/** The transactions of each account as the database has them, oldest first. */
const rowsByAccount = async (): Promise<Map<string, Row[]>> => {
  const { rows } = await database.query<Row>(
    `select iban, changed_by::text as "changedBy", new_balance::text as "newBalance" from transactions order by iban, ordinal`,
  );
  return Map.groupBy(rows, ({ iban }) => iban);
};

const expectAllOnce = ({ follower: { entries }, ibans }: Following, rows: ReadonlyMap<string, readonly Row[]>): void => {
  const given = entries.map(({ iban, changedBy, newBalance }) => ({ iban, changedBy, newBalance }));
  expect(Map.groupBy(given, ({ iban }) => iban)).toEqual(new Map(ibans.map(iban => [iban, rows.get(iban)])));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
};

it(`every client has every transaction once, however often it is cut off and an endpoint killed (seed ${seed})`, async () => {
  const worker = new Browser(steady.url);
  await logIn(worker, employee);
  const clients = await openAccounts(4);
  const crowd = new Crowd({ oneOf, urls });
  const add = (as: Browser, iban: string): Following => ({ follower: crowd.add(as, toAccount(iban)), ibans: [iban] });
  const paid = Array.from({ length: 150 }, (): Paid => {
    const iban = setting.bank.openAccount();
    return { ...add(worker, iban), iban, times: 0 };
  });
  // A client has several windows open.
  const windows = [...clients, ...clients, ...clients].map(({ browser, iban }) => add(browser, iban));
  const everyIban = [company, ...clients, ...paid].map(({ iban }) => iban);
  const overseers = Array.from({ length: 8 }, (): Following => ({ follower: crowd.add(worker, toAllAccounts), ibans: everyIban }));
  const visitors = Array.from({ length: followersInAll - crowd.size }, () => add(new Browser(steady.url), company.iban));

  /** Runs it all; the transactions that there are in the end. */
  const run = async (): Promise<number> => {
    const enough = new AbortController();
    const making = Promise.all([pay(paid, enough.signal), ...clients.map(client => trade(client, enough.signal))]);
    await Promise.race([making, disturb(crowd)]);
    enough.abort();
    const made = await making;
    // One more for each account: with it has come all that was before, and what came twice.
    await Promise.all(everyIban.map(iban => setting.bank.pay(iban, 1n)));
    return made.reduce((sum, count) => sum + count, everyIban.length);
  };

  const check = async (): Promise<void> => {
    const inAll = await run();
    const rows = await eventually(rowsByAccount, map => [...map.values()].flat().length === inAll);
    const isBehind = ({ follower, ibans }: Following): boolean => follower.entries.length < ibans.flatMap(iban => rows.get(iban) ?? []).length;
    const all = [...paid, ...windows, ...overseers, ...visitors];
    await untilNone(() => all.filter(isBehind));
    for (const each of all) expectAllOnce(each, rows);
    expect([all.length, crowd.breaks]).toEqual([followersInAll, breaksInAll]);
  };

  const following = crowd.follow();
  // A follower that fails ends the test at once.
  await Promise.race([following, check()]);
  crowd.stop();
  await following;
}, 180_000);
