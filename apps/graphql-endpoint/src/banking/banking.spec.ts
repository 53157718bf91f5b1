import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { bytesOf, company, ibanOf, parseCommandId, type CommandId } from '@bank/topology';
import { createPool } from '@bank/service/database';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import {
  accountOf, askDeposit, askTransfer, commandOutcome, companyAccount, deposit, logIn, me, newName, openAccount, openOwnAccount, password,
  transfer,
} from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';
import type { UserId } from '../identity/viewer.ts';
import { commandIdFor } from './command.ts';

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

describe('opening an account', () => {
  it('gives an account without money, and logs in', async () => {
    const browser = visit();
    const username = newName();
    const iban = await openOwnAccount(browser, username);
    expect(iban).toMatch(/^NL\d\dOPEN0\d{9}$/);
    expect(await me(browser)).toEqual({ username, role: 'CLIENT', account: { iban, balance: '0' } });
    expect(await accountOf(browser, iban)).toMatchObject({ balance: '0', transactions: { edges: [], pageInfo: { hasNextPage: false } } });
  });

  it('is refused when the name is taken or of the wrong form', async () => {
    const username = newName();
    await openOwnAccount(visit(), username);
    expect(await openAccount(visit(), username)).toMatchObject({ __typename: 'Refused', code: 'USERNAME_TAKEN' });
    expect(await openAccount(visit(), 'short')).toMatchObject({ __typename: 'Refused', code: 'INVALID_CREDENTIALS_FORM' });
  });

  it('never logs the id that opens the account, for it is as good as the token', async () => {
    await openOwnAccount(visit());
    const { rows } = await database.query<{ readonly id: string }>('select creation_id as id from users where creation_id is not null');
    const log = await endpoint.output();
    expect(log).toContain('account creation answered');
    for (const { id } of rows) expect(log).not.toContain(id);
  });
});

describe('a deposit', () => {
  it('is confirmed, and what is read next shows it', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    const id = randomUUID();
    expect(await deposit(browser, { id, amount: '50000' })).toEqual({ __typename: 'Confirmed', commandId: id });
    expect(await accountOf(browser, iban)).toMatchObject({
      balance: '50000',
      transactions: { edges: [{ node: { changedBy: '50000', newBalance: '50000', fromTo: 'cash' } }] },
    });
  });

  it('is refused here when it is nothing or more than €500', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    for (const amount of ['0', '-1', '50001']) expect(await deposit(browser, { amount })).toMatchObject({ code: 'AMOUNT_OUT_OF_RANGE' });
    expect(await accountOf(browser, iban)).toMatchObject({ balance: '0' });
  });
});

describe('a transfer', () => {
  it('is confirmed, and shows at once on both accounts', async () => {
    const [anna, ben] = [visit(), visit()];
    const [annas, bens] = [await openOwnAccount(anna), await openOwnAccount(ben)];
    await deposit(anna, { amount: '10000' });
    expect(await transfer(anna, { to: bens, amount: '2500', description: 'lunch' })).toMatchObject({ __typename: 'Confirmed' });
    expect(await accountOf(anna, annas)).toMatchObject({
      balance: '7500',
      transactions: { edges: [{ node: { changedBy: '-2500', fromTo: bens, description: 'lunch' } }, { node: { changedBy: '10000' } }] },
    });
    await eventually(() => accountOf(ben, bens), account => account?.balance === '2500');
  });

  it('to the company loses no cent above 2^53', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const before = BigInt((await companyAccount(browser)).balance);
    await transfer(browser, { to: company.iban, amount: '1' });
    const after = await eventually(() => companyAccount(browser), ({ balance }) => BigInt(balance) !== before);
    expect(BigInt(after.balance)).toBe(before + 1n);
    expect(before).toBeGreaterThan(2n ** 53n);
  });

  it('that the bank refuses is answered with the reason of the bank, and a code for it', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const refused = { __typename: 'Refused' };
    expect(await transfer(browser, { amount: '50001' })).toEqual({ ...refused, code: 'INSUFFICIENT_FUNDS', reason: 'insufficient funds' });
    expect(await transfer(browser, { to: ibanOf('0999999999') })).toEqual({ ...refused, code: 'TO_UNKNOWN', reason: 'to is not known at this bank' });
  });

  it('with texts that the bank never takes is refused in its words, and nothing of it is kept', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const id = randomUUID();
    const long = '🙂'.repeat(141);
    expect(await transfer(browser, { id, description: long })).toMatchObject({ code: 'DESCRIPTION_TOO_LONG', reason: 'description is too long' });
    expect(await transfer(browser, { id, to: 'x'.repeat(71) })).toMatchObject({ code: 'TO_INVALID', reason: 'to is invalid' });
    expect(await transfer(browser, { id, to: 'a\tb', description: long })).toMatchObject({ code: 'TEXT_INVALID', reason: 'text is invalid' });
    expect(await commandOutcome(browser, id)).toBeNull();
    expect(await transfer(browser, { id, to: 'x'.repeat(70), description: '🙂'.repeat(140) })).toMatchObject({ __typename: 'Confirmed' });
  });

  it('can be from nobody’s account but one’s own, and only by a client', async () => {
    expect((await askTransfer(visit())).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await askDeposit(visit())).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const browser = visit();
    await logIn(browser, employee);
    expect((await askTransfer(browser)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await askDeposit(browser)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it.each([
    ['no UUID', { id: 'not-a-uuid' }],
    ['an amount that is no cents', { amount: '1.50' }],
    ['an amount beyond 64 bits', { amount: '9223372036854775808' }],
    ['half of a character', { description: '\ud800' }],
    ['a NUL', { to: 'Albert\0Heijn' }],
  ])('with %s is not understood', async (_what, wrong) => {
    const browser = visit();
    await openOwnAccount(browser);
    expect((await askTransfer(browser, wrong)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('an id', () => {
  it('that is sent again has the same outcome, and moves no money twice', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    const id = randomUUID();
    const first = await deposit(browser, { id });
    expect(await Promise.all([deposit(browser, { id }), deposit(browser, { id: id.toUpperCase() })])).toMatchObject([
      first, { __typename: 'Confirmed' },
    ]);
    expect(await accountOf(browser, iban)).toMatchObject({ balance: '10000' });
  });

  it('that is sent again at the same moment moves the money once', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    const id = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => deposit(browser, { id })));
    for (const outcome of outcomes) expect(outcome).toEqual({ __typename: 'Confirmed', commandId: id });
    expect(await accountOf(browser, iban)).toMatchObject({ balance: '10000' });
  });

  it('is refused for another command', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    const id = randomUUID();
    await deposit(browser, { id, amount: '10000' });
    const reused = { __typename: 'Refused', code: 'ID_REUSED' };
    expect(await deposit(browser, { id, amount: '10001' })).toMatchObject(reused);
    expect(await transfer(browser, { id, amount: '10000' })).toMatchObject(reused);
    expect(await commandOutcome(browser, id)).toMatchObject({ __typename: 'Confirmed' });
    expect(await accountOf(browser, iban)).toMatchObject({ balance: '10000' });
  });

  it('is one’s own: another may use the same, and cannot learn of it', async () => {
    const [anna, ben] = [visit(), visit()];
    await openOwnAccount(anna);
    const bens = await openOwnAccount(ben);
    const id = randomUUID();
    await deposit(anna, { id, amount: '10000' });
    expect(await commandOutcome(ben, id)).toBeNull();
    expect(await deposit(ben, { id, amount: '20000' })).toMatchObject({ __typename: 'Confirmed' });
    expect(await accountOf(ben, bens)).toMatchObject({ balance: '20000' });
  });
});

describe('while the bank does not answer', () => {
  const [anna, ben] = [newName(), newName()];
  const id = randomUUID();
  let annasBrowser: Browser;
  let bensBrowser: Browser;
  let answers: readonly unknown[];

  beforeAll(async () => {
    [annasBrowser, bensBrowser] = [visit(), visit()];
    await openOwnAccount(annasBrowser, anna);
    setting.bank.fallSilent();
    answers = await Promise.all([askDeposit(annasBrowser, { id }), openAccount(bensBrowser, ben)]);
  });
  afterAll(() => setting.bank.speak());

  it('a command is pending', async () => {
    expect(answers[0]).toEqual({ data: { deposit: { __typename: 'Pending', commandId: id } } });
    expect(await commandOutcome(annasBrowser, id)).toMatchObject({ __typename: 'Pending' });
  });

  it('an account is opened without an IBAN, and can do nothing yet', async () => {
    expect(answers[1]).toMatchObject({ __typename: 'LoggedIn', user: { username: ben, account: null } });
    expect(await deposit(bensBrowser)).toMatchObject({ code: 'ACCOUNT_NOT_READY' });
  });

  it('one can log in', async () => {
    expect(await logIn(visit(), { username: anna, password })).toMatchObject({ __typename: 'LoggedIn' });
    expect(await logIn(visit(), { username: ben, password })).toMatchObject({ __typename: 'LoggedIn', user: { account: null } });
  });

  it('nothing is lost: when it does, the outcome can be asked for and the account is there', async () => {
    setting.bank.speak();
    await eventually(() => commandOutcome(annasBrowser, id), outcome => outcome?.__typename === 'Confirmed');
    expect(await me(annasBrowser)).toMatchObject({ account: { balance: '10000' } });
    await eventually(() => me(bensBrowser), user => user?.account !== null);
  });
});

describe('an account that the bank refuses when nobody waits for it any more', () => {
  it('is told of at the next log-in, and the name is free again', async () => {
    const username = newName();
    setting.bank.fallSilent();
    try {
      await openAccount(visit(), username);
      const { rows: [user] } = await database.query<{ readonly id: CommandId }>('select creation_id as id from users where username = $1', [username]);
      if (!user) throw new Error('there is no user');
      const value = { id: bytesOf(user.id), reason: 'no more accounts' };
      await setting.bank.send([{ topic: 'account_creation_feedback', key: user.id, record: { type: 'AccountCreationFailed', value } }]);
      const isRefused = 'select from users where username = $1 and creation_refusal is not null';
      await eventually(() => database.query(isRefused, [username]), ({ rowCount }) => rowCount === 1);
    } finally {
      setting.bank.speak();
    }
    const browser = visit();
    const refused = { __typename: 'Refused', code: 'REFUSED_BY_BANK', reason: 'no more accounts' };
    expect(await logIn(browser, { username, password })).toEqual(refused);
    expect(browser.setCookie).toBeUndefined();
    await openOwnAccount(browser, username);
  });
});

describe('a command that was stored and then never sent, for the endpoint died', () => {
  /** Stores a transfer of a new client as an endpoint does before it sends it. */
  const storeTransfer = async ({ secondsAgo }: { readonly secondsAgo: number }) => {
    const [browser, username] = [visit(), newName()];
    const iban = await openOwnAccount(browser, username);
    const { rows: [user] } = await database.query<{ readonly id: UserId }>('select id from users where username = $1', [username]);
    const id = parseCommandId(randomUUID());
    if (!user || !id) throw new Error('there is no user, or no id');
    const onKafka = commandIdFor(user.id, id);
    await database.query(
      `insert into commands (id, user_id, from_party, to_party, amount, description, sent_at)
       values ($1, $2, $3, 'Albert Heijn BV', 2500, 'groceries', now() - $4 * interval '1 second')`,
      [onKafka, user.id, iban, secondsAgo],
    );
    return { browser, iban, id, onKafka };
  };

  it('is sent by whoever finds it', async () => {
    const { browser, iban, id, onKafka } = await storeTransfer({ secondsAgo: 11 });
    await eventually(() => commandOutcome(browser, id), outcome => outcome?.__typename === 'Confirmed');
    expect(setting.bank.received.filter(received => received === onKafka)).toHaveLength(1);
    expect(await accountOf(browser, iban)).toMatchObject({ balance: '-2500' });
  });

  it('is sent at once when the client repeats it', async () => {
    const { browser, iban, id } = await storeTransfer({ secondsAgo: 0 });
    expect(await transfer(browser, { id })).toEqual({ __typename: 'Confirmed', commandId: id });
    expect(await accountOf(browser, iban)).toMatchObject({ balance: '-2500' });
  });
});

describe('a client who waits for the outcome of a command', () => {
  let browser: Browser;
  let iban: string;
  let answer: ReturnType<typeof askDeposit>;

  beforeEach(async () => {
    browser = visit();
    iban = await openOwnAccount(browser);
    setting.bank.fallSilent();
    answer = askDeposit(browser);
    await eventually(() => database.query('select from commands where to_party = $1', [iban]), ({ rowCount }) => rowCount === 1);
  });
  afterEach(() => setting.bank.speak());

  const expectConfirmed = async (): Promise<void> => {
    setting.bank.speak();
    expect(await answer).toMatchObject({ data: { deposit: { __typename: 'Confirmed' } } });
  };

  it('has it though every connection to the database is lost meanwhile', async () => {
    await database.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
    await expectConfirmed();
  });

  it('has it though a connection is lost while it is looked up', async () => {
    const locking = await database.connect();
    onTestFinished(() => locking.release(true));
    await locking.query('begin; lock table commands');
    // Who is woken now looks it up, and cannot while the table is locked.
    await database.query(`select pg_notify('bell', 'account/' || $1)`, [iban]);
    const lookingUp = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%"isSeen"%'`;
    await eventually(() => database.query(`select ${lookingUp}`), ({ rowCount }) => rowCount === 1);
    await database.query(`select pg_terminate_backend(pid) ${lookingUp}`);
    await locking.query('rollback');
    await expectConfirmed();
  });
});

describe('the token', () => {
  it('stands nowhere in the database, in no log, and in no answer', async () => {
    const browser = visit();
    const iban = await openOwnAccount(browser);
    await transfer(browser);
    const token = setting.bank.tokenOf(iban);
    const { rows } = await database.query<{ readonly name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(5);
    for (const { name } of rows) {
      const found = await database.query(`select from ${pg.escapeIdentifier(name)} as each where each::text like $1`, [`%${token}%`]);
      expect(found.rowCount, name).toBe(0);
    }
    expect(await endpoint.output()).not.toContain(token);
  });

  it('is asked of the bank by an instance that does not know it', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const other = await setting.start();
    expect(await transfer(browser.at(other.url))).toMatchObject({ __typename: 'Confirmed' });
    await other[Symbol.asyncDispose]();
  });
});
