/** Every field of the contract, and what each role is told of it. The expectations are written by hand: what is told elsewise is a fault. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buildSchema, isObjectType, parse, TypeInfo, validate, visit, visitWithTypeInfo, type GraphQLSchema } from 'graphql';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '@bank/service/database';
import { ibanOf, parseCommandId } from '@bank/topology';
import { commandIdFor } from '../banking/command.ts';
import type { UserId } from '../identity/viewer.ts';
import { Browser, type Answer } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { deposit, lifeOf, logIn, newName, openOwnAccount, password, transactionsOf, transfer } from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

const company = 'NL66OPEN0000000000';
const [annas, bens] = [ibanOf('0000000001'), ibanOf('0000000002')];
/** Ben's IBAN for those who may not know whose it is. */
const masked = 'NL**OPEN*******002';
const names = { anna: 'anna, a client', ben: 'ben, a client' } as const;

const some: unknown = expect.any(String);
const number: unknown = expect.any(Number);
const unauthenticated = { refused: 'UNAUTHENTICATED' };
const forbidden = { refused: 'FORBIDDEN' };
const badInput = { refused: 'BAD_USER_INPUT' };

/** A document that ends in one field, and what is told of it: to a visitor, to Anna, to Ben, and to an employee. */
type Row = readonly [document: string, visitor: unknown, anna: unknown, ben: unknown, employee: unknown];

const toAll = (document: string, told: unknown): Row => [document, told, told, told, told];
/** Of Anna's account, for those who ask for it by its IBAN and are refused. */
const ofAnna = (fields: string, told: unknown): Row => [`{ transactions(iban: $anna, first: 1) { ${fields} } }`, unauthenticated, told, forbidden, told];
/** Of a transfer that Anna sent to Ben. */
const ofLunch = (fields: string, told: unknown): Row => [`{ transfer(id: $lunchTransfer) { ${fields} } }`, unauthenticated, told, told, told];
const forEmployees = (document: string, told: unknown): Row => [document, unauthenticated, forbidden, forbidden, told];

/** Anna was given €100 in cash, and sent €25 of it to Ben for lunch; Ben paid the company a fee of €1. */
const queries: readonly Row[] = [
  ['{ me { username } }', null, names.anna, names.ben, 'employee'],
  ['{ me { role } }', null, 'CLIENT', 'CLIENT', 'EMPLOYEE'],
  ['{ me { account { iban } } }', null, annas, bens, null],
  ['{ me { account { balance } } }', null, '7500', '2400', null],

  ['{ account(iban: $anna) { iban } }', null, annas, null, annas],
  ['{ account(iban: $anna) { balance } }', null, '7500', null, '7500'],
  ['{ account(iban: $anna) { changedAt } }', null, some, null, some],
  ['{ account(iban: $anna) { transactions { edges { node { description } } } } }', null, 'lunch', null, 'lunch'],
  ['{ account(iban: $nobody) { iban } }', null, null, null, null],
  toAll('{ account(iban: $company) { balance } }', '100000000000000100'),
  ['{ account(iban: $company) { transactions { edges { node { fromTo } } } } }', masked, masked, bens, bens],
  toAll('{ company { iban } }', company),
  toAll('{ company { balance } }', '100000000000000100'),
  toAll('{ company { changedAt } }', some),
  toAll('{ company { transactions { edges { cursor } } } }', some),
  ['{ company { transactions { edges { node { fromTo } } } } }', masked, masked, bens, bens],
  ['{ company { transactions { edges { node { transferId } } } } }', null, null, null, some],

  forEmployees('{ accounts(search: "0000000001") { edges { cursor } } }', some),
  forEmployees('{ accounts(search: "0000000001") { edges { node { iban } } } }', annas),
  forEmployees('{ accounts(search: "0000000001") { edges { node { balance } } } }', '7500'),
  forEmployees('{ accounts(search: "0000000001") { edges { node { transactions { edges { node { fromTo } } } } } } }', bens),
  forEmployees('{ accounts(search: "0000000001") { pageInfo { hasNextPage } } }', false),
  forEmployees('{ accounts(search: "0000000001") { pageInfo { endCursor } } }', some),

  forEmployees('{ totals { accounts } }', 3),
  forEmployees('{ totals { money } }', '100000000000010000'),
  forEmployees('{ totals { transfersPerSecond } }', number),
  forEmployees('{ totals { conservation } }', 'HOLDING'),
  forEmployees('{ totals { problem } }', null),

  ofAnna('edges { cursor }', some),
  ofAnna('edges { node { id } }', some),
  ofAnna('edges { node { iban } }', annas),
  ofAnna('edges { node { changedBy } }', '-2500'),
  ofAnna('edges { node { newBalance } }', '7500'),
  ofAnna('edges { node { fromTo } }', bens),
  ofAnna('edges { node { description } }', 'lunch'),
  ofAnna('edges { node { changedAt } }', some),
  ofAnna('edges { node { transferId } }', some),
  ofAnna('pageInfo { hasNextPage }', true),
  ofAnna('pageInfo { endCursor }', some),
  ['{ transactions(iban: $nobody) { edges { cursor } } }', unauthenticated, forbidden, forbidden, undefined],
  toAll('{ transactions(iban: $company) { edges { node { id } } } }', some),
  toAll('{ transactions(iban: $company) { edges { node { iban } } } }', company),
  toAll('{ transactions(iban: $company) { edges { node { changedBy } } } }', '100'),
  toAll('{ transactions(iban: $company) { edges { node { newBalance } } } }', '100000000000000100'),
  ['{ transactions(iban: $company) { edges { node { fromTo } } } }', masked, masked, bens, bens],
  toAll('{ transactions(iban: $company) { edges { node { description } } } }', 'fee'),
  toAll('{ transactions(iban: $company) { edges { node { changedAt } } } }', some),
  ['{ transactions(iban: $company) { edges { node { transferId } } } }', null, null, null, some],
  toAll('{ transactions(iban: $company) { pageInfo { hasNextPage } } }', false),

  ['{ transaction(id: $lunch) { newBalance } }', null, '7500', null, '7500'],
  ['{ transaction(id: $lunch) { fromTo } }', null, bens, null, bens],
  toAll('{ transaction(id: $fee) { newBalance } }', '100000000000000100'),
  ['{ transaction(id: $fee) { fromTo } }', masked, masked, bens, bens],
  ['{ transaction(id: $fee) { transferId } }', null, null, null, some],
  toAll('{ transaction(id: "nonsense") { id } }', null),

  ofLunch('id', some),
  ofLunch('status', 'CONFIRMED'),
  ofLunch('reason', null),
  ofLunch('amount', '2500'),
  ofLunch('from', annas),
  ofLunch('to', bens),
  ofLunch('description', 'lunch'),
  ofLunch('command { topic }', 'confirm_money_transfer'),
  ofLunch('command { partition }', number),
  ofLunch('command { offset }', some),
  ofLunch('command { writtenAt }', some),
  ofLunch('settledAt', some),
  ofLunch('feedback { topic }', 'money_transfer_feedback'),
  ofLunch('changes { record { topic } }', 'balance_changed'),
  ['{ transfer(id: $lunchTransfer) { changes { transaction { iban } } } }', unauthenticated, annas, bens, annas],
  ['{ transfer(id: $lunchTransfer) { changes { transaction { newBalance } } } }', unauthenticated, '7500', '2500', '7500'],
  ['{ transfer(id: $lunchTransfer) { changes { transaction { fromTo } } } }', unauthenticated, bens, annas, bens],
  ['{ transfer(id: $feeTransfer) { description } }', unauthenticated, null, 'fee', 'fee'],
  ['{ transfer(id: $annasCommand) { description } }', unauthenticated, 'lunch', null, null],
  ['{ transfer(id: $pendingCommand) { status } }', unauthenticated, 'PENDING', null, null],
  ['{ transfer(id: $pendingTransfer) { status } }', unauthenticated, 'PENDING', null, 'PENDING'],
  ['{ transfer(id: "nonsense") { id } }', unauthenticated, badInput, badInput, badInput],

  ['{ command(id: $annasCommand) { ... on Confirmed { commandId } } }', unauthenticated, some, null, forbidden],
  ['{ command(id: $pendingCommand) { ... on Pending { commandId } } }', unauthenticated, some, null, forbidden],
  ['{ command(id: $pendingTransfer) { __typename } }', unauthenticated, null, null, forbidden],
];

const subscriptions: readonly Row[] = [
  ['subscription { transactions(iban: $anna, after: "") { cursor } }', unauthenticated, some, forbidden, some],
  ['subscription { transactions(iban: $anna, after: "") { node { newBalance } } }', unauthenticated, '10000', forbidden, '10000'],
  ['subscription { transactions(iban: $nobody, after: "") { cursor } }', unauthenticated, forbidden, forbidden, undefined],
  toAll('subscription { transactions(iban: $company, after: "") { node { newBalance } } }', '100000000000000100'),
  ['subscription { transactions(iban: $company, after: "") { node { fromTo } } }', masked, masked, bens, bens],
  ['subscription { transactions(iban: $company, after: "") { node { transferId } } }', null, null, null, some],
  forEmployees('subscription { allTransactions(after: "") { cursor } }', some),
  forEmployees('subscription { allTransactions(after: "") { node { iban } } }', some),
  forEmployees('subscription { allTransactions(after: "") { node { newBalance } } }', some),
  toAll('subscription { flow { journey } }', some),
  toAll('subscription { flow { kind } }', some),
  toAll('subscription { flow { step } }', some),
  toAll('subscription { flow { at } }', some),
];

const entry = '... on LoggedIn { user { username } }';
const order = 'id: $new, amount: "1"';
const outcome = '... on Confirmed { commandId } ... on Pending { commandId }';
const mutations: readonly Row[] = [
  toAll(`mutation { openAccount(username: $name, password: "long enough") { ${entry} } }`, some),
  toAll(`mutation { openAccount(username: "short", password: "long enough") { ... on Refused { code } } }`, 'INVALID_CREDENTIALS_FORM'),
  toAll(`mutation { logIn(username: "employee", password: "a long enough password") { ${entry} } }`, 'employee'),
  toAll('mutation { logIn(username: "employee", password: "another password") { ... on Refused { code } } }', 'WRONG_CREDENTIALS'),
  toAll('mutation { logIn(username: "nobody at all", password: "another password") { ... on Refused { reason } } }', some),
  toAll('mutation { logIn(username: "nobody at all", password: "another password") { ... on Refused { retryAfterSeconds } } }', null),
  [`mutation { deposit(${order}) { ${outcome} } }`, unauthenticated, some, some, forbidden],
  [`mutation { transfer(${order}, to: "a shop", description: "") { ${outcome} } }`, unauthenticated, some, some, forbidden],
  [
    'mutation { changePassword(current: $password, new: $password) { ... on PasswordChanged { user { username } } } }',
    unauthenticated, names.anna, names.ben, forbidden,
  ],
  ['mutation { logOut }', false, true, true, true],
];

const roles = ['visitor', 'anna', 'ben', 'employee'] as const;
type Role = (typeof roles)[number];
type Told = Readonly<Record<Role, unknown>>;

const expected = ([, visitor, anna, ben, employed]: Row): Told => ({ visitor, anna, ben, employee: employed });

const resources = new AsyncDisposableStack();
let setting: Setting;
let url: string;
let contract: GraphQLSchema;
let browsers: Readonly<Record<Role, Browser>>;
/** What stands for the names in documents. */
let values: Readonly<Record<string, string>>;

/** Logs in anew. */
const enter = async (role: Role): Promise<Browser> => {
  const browser = new Browser(url);
  if (role === 'employee') await logIn(browser, employee);
  else if (role !== 'visitor') await logIn(browser, { username: names[role], password });
  return browser;
};

/** A command of a client that the bank will not answer: nobody sends it before tomorrow. */
const storePending = async (database: pg.Pool, username: string, given: string): Promise<string> => {
  const { rows: [user] } = await database.query<{ readonly id: UserId }>('select id from users where username = $1', [username]);
  const id = parseCommandId(given);
  if (!user || !id) throw new Error('there is no user, or no id');
  const onKafka = commandIdFor(user.id, id);
  await database.query(
    `insert into commands (id, user_id, from_party, to_party, amount, description, sent_at)
     values ($1, $2, $3, 'a shop', 1, 'pending', now() + interval '1 day')`,
    [onKafka, user.id, annas],
  );
  return onKafka;
};

beforeAll(async () => {
  contract = buildSchema(await readFile(new URL('schema.graphql', import.meta.url), 'utf8'));
  setting = resources.use(await createSetting());
  // Ben moves money without a pause, so that the flow has something to show.
  url = (await setting.start({ TRANSFERS_PER_USER_AND_10_SECONDS: '100000' })).url;
  const [anna, ben] = [new Browser(url), new Browser(url)];
  // In this order, for the bank numbers its accounts.
  expect([await openOwnAccount(anna, names.anna), await openOwnAccount(ben, names.ben)]).toEqual([annas, bens]);
  const [annasCommand, pendingCommand] = [randomUUID(), randomUUID()];
  await deposit(anna, { amount: '10000' });
  await transfer(anna, { id: annasCommand, to: bens, amount: '2500', description: 'lunch' });
  await transfer(ben, { to: company, amount: '100', description: 'fee' });
  browsers = { visitor: new Browser(url), anna, ben, employee: await enter('employee') };
  const [lunch] = await transactionsOf(anna, annas);
  // A transfer is confirmed when its sender can see it: the answer's own row and the receiver's change may come later.
  const [fee] = await eventually(() => transactionsOf(browsers.employee, company), ({ length }) => length === 1);
  await eventually(() => lifeOf(anna, annasCommand), life => life !== null && life.feedback !== null);
  const database = resources.adopt(createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined }), pool => pool.end());
  values = {
    anna: annas, nobody: ibanOf('0999999999'), company, password, annasCommand, pendingCommand,
    lunch: lunch?.id ?? '', lunchTransfer: lunch?.transferId ?? '', fee: fee?.id ?? '', feeTransfer: fee?.transferId ?? '',
    pendingTransfer: await storePending(database, names.anna, pendingCommand),
  };
});
afterAll(() => resources.disposeAsync());

const filledIn = (document: string): string =>
  document.replaceAll(/\$(\w+)/g, (_, name: string) => JSON.stringify({ ...values, new: randomUUID(), name: newName() }[name] ?? ''));

/** What an answer tells: the code of its error, or the value of its only field, of a list the first; undefined when there is none. */
const toldIn = ({ data, errors }: Answer<unknown>): unknown => {
  if (errors) return { refused: errors[0]?.extensions?.code };
  let told: unknown = data;
  while (typeof told === 'object' && told !== null) told = Object.values(told)[0];
  return told;
};

/** What each role is told, all at once. */
const tell = async (ask: (role: Role) => Promise<Answer<unknown>>): Promise<Told> => {
  const [visitor, anna, ben, employed] = await Promise.all(roles.map(async role => toldIn(await ask(role))));
  return { visitor, anna, ben, employee: employed };
};

/** The first answer over a WebSocket. */
const overWebSocket = async (role: Role, document: string): Promise<Answer<unknown>> => {
  await using browser = browsers[role].at(url);
  return await browser.subscribe(filledIn(document)).next();
};

describe('the table', () => {
  const rows = [...queries, ...subscriptions, ...mutations];

  it('holds documents that the contract allows', () => {
    // No document has variables: what stands for them is filled in.
    for (const [document] of rows) expect(validate(contract, parse(document.replaceAll(/\$\w+/g, '""'))), document).toEqual([]);
  });

  it('misses no field of the contract', () => {
    const types = Object.values(contract.getTypeMap()).filter(type => isObjectType(type) && !type.name.startsWith('__'));
    const all = types.flatMap(type => (isObjectType(type) ? Object.keys(type.getFields()).map(field => `${type.name}.${field}`) : []));
    const told = new Set<string>();
    for (const [document] of rows) {
      const info = new TypeInfo(contract);
      const Field = (): void => void told.add(`${String(info.getParentType())}.${info.getFieldDef()?.name ?? ''}`);
      visit(parse(document.replaceAll(/\$\w+/g, '""')), visitWithTypeInfo(info, { Field }));
    }
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter(field => !told.has(field))).toEqual([]);
  });
});

describe('over HTTP each role is told just what the table says', () => {
  it.each(queries)('of %s', async (...row) => {
    expect(await tell(role => browsers[role].ask(filledIn(row[0])))).toEqual(expected(row));
  });
});

describe('over a WebSocket each role is told just what the table says', () => {
  const moving = new AbortController();
  let moved: Promise<void>;

  beforeAll(() => {
    // Something has to move for the flow to show it: what is refused changes no balance.
    moved = (async () => {
      while (!moving.signal.aborted) await transfer(browsers.ben, { amount: '1000000' });
    })();
  });
  afterAll(async () => {
    moving.abort();
    await moved;
  });

  it.each(subscriptions)('of %s', async (...row) => {
    const told = expected(row);
    // Where nothing is to be told, for it never happens, nothing can be waited for.
    expect(await tell(role => (told[role] === undefined ? Promise.resolve({}) : overWebSocket(role, row[0])))).toEqual(told);
  });
});

describe('nobody is served in another way', () => {
  it.each([...queries, ...mutations])('over a WebSocket with %s', async document => {
    expect(await tell(role => overWebSocket(role, document))).toEqual(expected(toAll(document, badInput)));
  });

  it.each(subscriptions)('over HTTP with %s', async document => {
    expect(await tell(role => browsers[role].ask(filledIn(document)))).toEqual(expected(toAll(document, badInput)));
  });
});

describe('each role may do just what the table says', () => {
  it.each(mutations)('of %s', async (...row) => {
    expect(await tell(async role => (await enter(role)).ask(filledIn(row[0])))).toEqual(expected(row));
  });
});
