import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSuite, startProgram, synchronize, type Program, type Suite } from '@bank/stack';
import { company, limits, maxCents, minCents, parseCommandId, topics, type CommandId } from '@bank/topology';
import { answersTo } from './testing/answers.ts';
import { Hand, type Handmade } from './testing/by-hand.ts';
import { changesOf, creation, Customer, deposit, newId, outcomeOf, transfer, type Answer, type Opened } from './testing/customer.ts';
import { partitionsOfMembers } from './testing/group.ts';
import { ask } from './testing/ledger.ts';

const timeout = 25_000;
const conflict = 'id was used for another command';

let suite: Suite;
let env: Readonly<Record<string, string>>;
let database: pg.Client;
let handler: Program;
let customer: Customer;
let hand: Hand;

beforeAll(async () => {
  suite = await createSuite();
  await synchronize(suite.env);
  const url = await suite.createDatabase();
  // On a busy machine the group must not think a handler dead: commands would be answered once more than these tests count. A third of
  // it may go by until a handler hears that another joins.
  env = { ...suite.env, DATABASE_URL: url, KAFKA_SESSION_TIMEOUT_MS: '30000' };
  handler = await startProgram('command-handler', { env });
  database = new pg.Client({ connectionString: url });
  await database.connect();
  customer = await Customer.connect(suite.env);
  hand = await Hand.connect(suite.env);
});
afterAll(async () => {
  await hand[Symbol.asyncDispose]();
  await customer[Symbol.asyncDispose]();
  await database.end();
  await handler[Symbol.asyncDispose]();
  await suite[Symbol.asyncDispose]();
});

const balanceOf = async (iban: string): Promise<bigint> =>
  BigInt((await database.query<{ balance: string }>('select balance from accounts where iban = $1', [iban])).rows[0]?.balance ?? 0);

const accountCount = async (): Promise<number> => (await database.query('select from accounts')).rowCount ?? 0;

/** What a feedback is to others: the same bytes under the same key with the same headers. */
const bytesOf = ({ topic, raw: { partition, key, value, headers } }: Answer): string => JSON.stringify([topic, partition, key, value, headers]);

const spend = ({ iban, token }: Opened, to: string, amount: bigint, description = ''): ReturnType<typeof transfer> =>
  transfer(newId(), { token, amount, from: iban, to, description });

/** The balances that the changes of an account left, once there are so many. */
const historyOf = async (iban: string, count: number): Promise<readonly bigint[]> =>
  changesOf(await customer.answersWhen(all => changesOf(all, iban).length >= count), iban).map(({ new_balance: balance }) => balance);

describe('an id that comes again', () => {
  it('a hundred times at once, on all partitions, moves money once and is answered a hundred times the same', async () => {
    const account = await customer.open();
    const id = newId();
    const { partitions } = topics.confirm_money_transfer;
    await hand.send(Array.from({ length: 100 }, (_, at) => hand.command(deposit(id, account.iban, 10_00n), at % partitions)));
    const answers = await customer.feedback(id, 100);
    expect(answers).toHaveLength(100);
    expect(new Set(answers.map(bytesOf)).size).toBe(1);
    expect(answers.slice(0, 1).map(outcomeOf)).toEqual(['confirmed']);
    await customer.outcome(deposit(newId(), account.iban, 1n));
    expect(await historyOf(account.iban, 2)).toEqual([10_00n, 10_01n]);
  });

  it('a hundred times at once opens one account, and tells its token a hundred times', async () => {
    const before = await accountCount();
    const id = newId();
    await customer.send(...Array.from({ length: 100 }, () => creation(id)));
    const answers = await customer.feedback(id, 100);
    expect(answers).toHaveLength(100);
    expect(new Set(answers.map(bytesOf)).size).toBe(1);
    expect(answers.slice(0, 1)).toMatchObject([{ record: { type: 'AccountCreationConfirmed' } }]);
    expect(await accountCount()).toBe(before + 1);
  });

  it('with any field of a transfer changed, or as a creation, is refused and leaves the first outcome', async () => {
    const [account, other] = [await customer.open(), await customer.open()];
    await customer.outcome(deposit(newId(), account.iban, 10_00n));
    const before = await accountCount();
    const id = newId();
    const fields = { token: account.token, amount: 1_00n, from: account.iban, to: other.iban, description: 'first' };
    const changed = [
      { token: other.token }, { amount: 1_01n }, { from: 'cash' }, { to: 'shop' }, { description: 'First' },
      // What two fields hold in a row is the same.
      { to: `${other.iban}f`, description: 'irst' },
    ];
    await customer.send(...[{}, ...changed, {}].map(change => transfer(id, { ...fields, ...change })));
    expect((await customer.feedback(id, 8)).map(outcomeOf)).toEqual(['confirmed', ...changed.map(() => conflict), 'confirmed']);
    await customer.send(creation(id));
    expect((await customer.feedback(id, 9)).at(-1)).toMatchObject({ record: { type: 'AccountCreationFailed', value: { reason: conflict } } });
    expect([await balanceOf(account.iban), await balanceOf(other.iban), await accountCount()]).toEqual([9_00n, 1_00n, before]);
  });

  it('with the type of the account changed, or as a transfer, is refused and leaves the account', async () => {
    const id = newId();
    const account = await customer.open(id);
    await customer.send(creation(id, 'AUTO'));
    expect((await customer.feedback(id, 2)).at(-1)).toMatchObject({ record: { type: 'AccountCreationFailed', value: { reason: conflict } } });
    await customer.send(deposit(id, account.iban, 1n));
    expect((await customer.feedback(id, 3)).at(-1)).toMatchObject({ record: { type: 'MoneyTransferFailed', value: { reason: conflict } } });
    await customer.send(creation(id));
    expect((await customer.feedback(id, 4)).at(-1)).toMatchObject({ record: { type: 'AccountCreationConfirmed', value: account } });
    expect(await balanceOf(account.iban)).toBe(0n);
  });

  it('after it was refused stays refused, also when there is enough money by now', async () => {
    const account = await customer.open();
    const command = spend(account, 'shop', 500_01n);
    expect(await customer.outcome(command)).toBe('insufficient funds');
    await customer.outcome(deposit(newId(), account.iban, 1_00n));
    await customer.send(command);
    const id = parseCommandId(command.key) ?? newId();
    expect((await customer.feedback(id, 2)).map(outcomeOf)).toEqual(['insufficient funds', 'insufficient funds']);
    expect(await customer.outcome(spend(account, 'shop', 500_01n))).toBe('confirmed');
  });

  it('is one like any other when it is the lowest or the highest', async () => {
    const ids = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'].map(id => parseCommandId(id) ?? newId());
    await customer.send(...ids.flatMap(id => [creation(id), creation(id)]));
    const answers = (await answersTo(customer, ids, 2)).flat();
    expect(answers.map(outcomeOf)).toEqual(ids.flatMap(() => ['confirmed', 'confirmed']));
    expect(new Set(answers.map(bytesOf)).size).toBe(2);
  });
});

describe('an amount', () => {
  it.each([0n, -1n, minCents])('of %d cents is refused, whoever pays', async amount => {
    const account = await customer.open();
    expect(await customer.outcome(spend(account, 'shop', amount))).toBe('amount must be positive');
    expect(await customer.outcome(deposit(newId(), account.iban, amount))).toBe('amount must be positive');
    expect(await balanceOf(account.iban)).toBe(0n);
  });

  it('of 2^63 − 1 cents is more than any debtor has, and as much as an account can hold', async () => {
    const [poor, rich] = [await customer.open(), await customer.open()];
    expect(await customer.outcome(spend(poor, rich.iban, maxCents))).toBe('insufficient funds');
    expect(await customer.outcome(deposit(newId(), rich.iban, maxCents))).toBe('confirmed');
    expect(await customer.outcome(spend(rich, poor.iban, maxCents))).toBe('confirmed');
    expect(await historyOf(rich.iban, 2)).toEqual([maxCents, 0n]);
    expect(await historyOf(poor.iban, 1)).toEqual([maxCents]);
  });

  it('that would pass 2^63 − 1 on an account is refused to the cent, and nobody is debited for it', async () => {
    const [payer, rich] = [await customer.open(), await customer.open()];
    for (const amount of [2n ** 62n, 2n ** 62n - 2n, 1n]) expect(await customer.outcome(deposit(newId(), rich.iban, amount))).toBe('confirmed');
    expect(await customer.outcome(deposit(newId(), rich.iban, 1n))).toBe('amount is too large');
    expect(await customer.outcome(spend(payer, rich.iban, 1n))).toBe('amount is too large');
    expect(await customer.outcome(spend(rich, 'shop', 1n))).toBe('confirmed');
    expect(await customer.outcome(spend(payer, rich.iban, 1n))).toBe('confirmed');
    expect(await historyOf(rich.iban, 5)).toEqual([2n ** 62n, maxCents - 1n, maxCents, maxCents - 1n, maxCents]);
    expect(await historyOf(payer.iban, 1)).toEqual([-1n]);
  });

  it('is exact to the last cent of what the company can spend', async () => {
    const [account, before] = [await customer.open(), await balanceOf(company.iban)];
    const all = before - limits.overdraft;
    const ofCompany = { ...account, iban: company.iban, token: company.token };
    expect(await customer.outcome(spend(ofCompany, account.iban, all + 1n))).toBe('insufficient funds');
    expect(await customer.outcome(spend(ofCompany, account.iban, all))).toBe('confirmed');
    expect(await customer.outcome(spend(ofCompany, account.iban, 1n))).toBe('insufficient funds');
    expect(await customer.outcome(spend(account, company.iban, all - 1n))).toBe('confirmed');
    expect(await customer.outcome(spend(account, company.iban, 1n))).toBe('confirmed');
    expect(await historyOf(account.iban, 3)).toEqual([all, 1n, 0n]);
    expect((await historyOf(company.iban, 3)).slice(-3)).toEqual([limits.overdraft, before - 1n, before]);
    expect(await balanceOf(company.iban)).toBe(before);
  });
});

describe('a text', () => {
  /** One character to the bank, two to JavaScript, four on the wire. */
  const character = '\u{1f3e6}';

  it('may be as long as its field allows, counted in characters', async () => {
    const account = await customer.open();
    expect(await customer.outcome(spend(account, character.repeat(70), 1n, character.repeat(140)))).toBe('confirmed');
    const changes = changesOf(await customer.answersWhen(all => changesOf(all, account.iban).length > 0), account.iban);
    expect(changes).toMatchObject([{ from_to: character.repeat(70), description: character.repeat(140) }]);
  });

  it('is kept to the letter, whatever it means elsewhere', async () => {
    const account = await customer.open();
    const marks = ['', ' ', 'NULL', '"NULL"', '{a,b}', '\\', '\\\\x00', `'); drop table ledger; --`, '$1', '%s', '\u2028', '\ufeff'];
    const texts = [...marks, 'é', 'e\u0301', ' é '].sort();
    await customer.send(...texts.map(description => spend(account, `to ${description}`, 1n, description)));
    const changes = changesOf(await customer.answersWhen(all => changesOf(all, account.iban).length >= texts.length), account.iban);
    expect(changes.map(({ description }) => description).sort()).toEqual(texts);
    expect(changes.map(({ from_to: to }) => to).sort()).toEqual(texts.map(text => `to ${text}`).sort());
    const { rows } = await database.query<{ description: string }>('select description from ledger where debtor = $1', [account.iban]);
    expect(rows.map(({ description }) => description).sort()).toEqual(texts);
  });

  it('is refused when it is one character longer, or fills the message', async () => {
    const account = await customer.open();
    const huge = character.repeat(25_000);
    expect(await customer.outcome(spend(account, 'shop', 1n, character.repeat(141)))).toBe('description is too long');
    expect(await customer.outcome(spend(account, 'shop', 1n, huge))).toBe('description is too long');
    expect(await customer.outcome(spend(account, character.repeat(71), 1n))).toBe('to is invalid');
    expect(await customer.outcome(spend(account, huge, 1n))).toBe('to is invalid');
    expect(await customer.outcome(spend({ ...account, iban: huge }, 'shop', 1n))).toBe('from is invalid');
    expect(await customer.outcome(spend({ ...account, token: huge }, 'shop', 1n))).toBe('invalid token');
    expect(await balanceOf(account.iban)).toBe(0n);
  });
});

describe('an id that two handlers have at the same moment', () => {
  let second: Program;

  beforeAll(async () => {
    second = await startProgram('command-handler', { env });
  });
  afterAll(() => second[Symbol.asyncDispose]());

  /** For each handler a partition of transfers that it holds; the first of them holds the creations as well. */
  const heldPartitions = async (): Promise<readonly [number, number]> => {
    const members = await vi.waitFor(async () => {
      const found = await partitionsOfMembers(hand.connection, 'command-handler');
      expect(found.filter(partitions => partitions.length > 0)).toHaveLength(2);
      return found;
    }, { timeout });
    const [one, other] = members.toSorted(partitions => (partitions.includes('confirm_account_creation/0') ? -1 : 1)).map(partitions =>
      Number(partitions.find(name => name.startsWith('confirm_money_transfer/'))?.split('/')[1]));
    return [one ?? NaN, other ?? NaN];
  };

  /** Sends commands to both handlers, which decide before either can write: reading goes on while nobody may add to the ledger. */
  const race = async (messages: readonly Handmade[]): Promise<void> => {
    await database.query('begin; lock table ledger in share mode');
    try {
      await hand.send(messages);
      const waiting = `select count(*)::integer as answer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      // Outside the transaction, in which the statistics stay as they are at the first look.
      await expect.poll(() => ask(String(env['DATABASE_URL']), waiting), { timeout, interval: 10 }).toBe(2);
    } finally {
      await database.query('commit');
    }
  };

  /** The outcomes told of each id, and on which partition the command stood that each tells of. */
  const told = async (ids: readonly CommandId[]): Promise<readonly (readonly { readonly outcome: string; readonly partition: number }[])[]> =>
    (await answersTo(customer, ids, 2)).map(answers =>
      answers.map(answer => ({ outcome: outcomeOf(answer), partition: Number(answer.raw.headers['command-partition']?.[0]) })));

  const sorted = (outcomes: readonly { readonly outcome: string }[]): readonly string[] => outcomes.map(({ outcome }) => outcome).sort();

  it('with the same content moves money once', async () => {
    const [account, held] = [await customer.open(), await heldPartitions()];
    const ids = Array.from({ length: 200 }, newId);
    const on = (partition: number) => (id: CommandId): Handmade => hand.command(deposit(id, account.iban, 1n), partition);
    await race([...ids.map(on(held[0])), ...ids.toReversed().map(on(held[1]))]);
    const outcomes = await told(ids);
    expect(outcomes.map(sorted)).toEqual(ids.map(() => ['confirmed', 'confirmed']));
    expect(outcomes.every(([one, other]) => one?.partition === other?.partition)).toBe(true);
    expect(await balanceOf(account.iban)).toBe(BigInt(ids.length));
  });

  it.each([1, 200])('with other content has one of the two outcomes, and the other is refused: %d such', async count => {
    const [accounts, held] = [[await customer.open(), await customer.open()] as const, await heldPartitions()];
    const ids = Array.from({ length: count }, newId);
    const on = (nth: 0 | 1) => (id: CommandId): Handmade => hand.command(deposit(id, accounts[nth].iban, 1n), held[nth]);
    await race([...ids.map(on(0)), ...ids.toReversed().map(on(1))]);
    const outcomes = await told(ids);
    expect(outcomes.map(sorted)).toEqual(ids.map(() => ['confirmed', conflict]));
    const confirmed = outcomes.flat().filter(({ outcome }) => outcome === 'confirmed');
    for (const nth of [0, 1] as const) {
      expect(await balanceOf(accounts[nth].iban)).toBe(BigInt(confirmed.filter(({ partition }) => partition === held[nth]).length));
    }
  });

  it('as a creation and as a transfer is one of them', async () => {
    const [account, before, [, other]] = [await customer.open(), await accountCount(), await heldPartitions()];
    const ids = Array.from({ length: 200 }, newId);
    const transfers = ids.toReversed().map(id => hand.command(deposit(id, account.iban, 1n), other));
    await race([...ids.map(id => hand.command(creation(id), 0)), ...transfers]);
    const answers = await answersTo(customer, ids, 2);
    expect(answers.map(both => both.map(outcomeOf).sort())).toEqual(ids.map(() => ['confirmed', conflict]));
    const opened = answers.flat().filter(answer => answer.topic === 'account_creation_feedback' && outcomeOf(answer) === 'confirmed');
    expect(await accountCount()).toBe(before + opened.length);
    expect(await balanceOf(account.iban)).toBe(BigInt(ids.length - opened.length));
  });
});
