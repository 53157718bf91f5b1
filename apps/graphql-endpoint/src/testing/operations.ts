/** The operations that specs use, with the types of their answers. */
import { randomUUID } from 'node:crypto';
import type { Answer, Browser } from './browser.ts';
import { eventually } from './eventually.ts';
import type { Stream } from './stream.ts';

export type Outcome =
  | { readonly __typename: 'Confirmed' | 'Pending'; readonly commandId: string }
  | { readonly __typename: 'Refused'; readonly code: string; readonly reason: string };

export type Balance = { readonly iban: string; readonly balance: string };
export type User = { readonly username: string; readonly role: string; readonly account: Balance | null };
export type Entry = { readonly __typename: 'LoggedIn'; readonly user: User } | Extract<Outcome, { readonly __typename: 'Refused' }>;

export type Transaction = {
  readonly id: string;
  readonly iban: string;
  readonly changedBy: string;
  readonly newBalance: string;
  readonly fromTo: string;
  readonly description: string;
  readonly transferId: string | null;
};
export type Edge = { readonly cursor: string; readonly node: Transaction };
export type PageInfo = { readonly hasNextPage: boolean; readonly endCursor: string | null };
export type Account = Balance & { readonly transactions: { readonly edges: readonly Edge[]; readonly pageInfo: PageInfo } };

const outcome = '__typename ... on Confirmed { commandId } ... on Pending { commandId } ... on Refused { code reason }';
const entry = '__typename ... on LoggedIn { user { username role account { iban balance } } } ... on Refused { code reason }';
const transactionFields = 'id iban changedBy newBalance fromTo description transferId';
const edge = `cursor node { ${transactionFields} }`;
const account = `iban balance transactions(first: $first, after: $after) { edges { ${edge} } pageInfo { hasNextPage endCursor } }`;
const page = '$first: Int! = 20, $after: String';

export const password = 'a password of mine';

/** A name that no other test has. */
export const newName = (): string => `user-${randomUUID()}`;

export const openAccount = async (browser: Browser, username = newName()): Promise<Entry> => {
  const query = `mutation($username: String!, $password: String!) { openAccount(username: $username, password: $password) { ${entry} } }`;
  return (await browser.get<{ readonly openAccount: Entry }>(query, { username, password })).openAccount;
};

/** Opens an account, and gives its IBAN, however long it takes. */
export const openOwnAccount = async (browser: Browser, username?: string): Promise<string> => {
  const opened = await openAccount(browser, username);
  if (opened.__typename === 'Refused') throw new Error(`no account was opened: ${JSON.stringify(opened)}`);
  const account = opened.user.account ?? (await eventually(() => me(browser), user => user?.account !== null))?.account;
  if (!account) throw new Error('the user has gone');
  return account.iban;
};

export const logIn = async (browser: Browser, credentials: { readonly username: string; readonly password: string }): Promise<Entry> => {
  const query = `mutation($username: String!, $password: String!) { logIn(username: $username, password: $password) { ${entry} } }`;
  return (await browser.get<{ readonly logIn: Entry }>(query, credentials)).logIn;
};

export const logOut = async (browser: Browser, everywhere = false): Promise<boolean> => {
  const query = 'mutation($everywhere: Boolean!) { logOut(everywhere: $everywhere) }';
  return (await browser.get<{ readonly logOut: boolean }>(query, { everywhere })).logOut;
};

export const me = async (browser: Browser): Promise<User | null> =>
  (await browser.get<{ readonly me: User | null }>('{ me { username role account { iban balance } } }')).me;

export type Deposit = { readonly id?: string; readonly amount?: string };
export type Transfer = Deposit & { readonly to?: string; readonly description?: string };

const depositQuery = `mutation($id: ID!, $amount: Cents!) { deposit(id: $id, amount: $amount) { ${outcome} } }`;
const transferQuery = `mutation($id: ID!, $to: String!, $amount: Cents!, $description: String!) {
  transfer(id: $id, to: $to, amount: $amount, description: $description) { ${outcome} } }`;

export const askDeposit = (
  browser: Browser,
  { id = randomUUID(), amount = '10000' }: Deposit = {},
): Promise<Answer<{ readonly deposit: Outcome }>> => browser.ask(depositQuery, { id, amount });

export const askTransfer = (
  browser: Browser,
  { id = randomUUID(), amount = '2500', to = 'Albert Heijn BV', description = 'groceries' }: Transfer = {},
): Promise<Answer<{ readonly transfer: Outcome }>> => browser.ask(transferQuery, { id, amount, to, description });

/** The outcome of a command that is repeated, under its id, for as long as it is pending: after five seconds that is the answer. */
const settled = (ask: () => Promise<Outcome | undefined>): Promise<Outcome | undefined> =>
  eventually(ask, outcome => outcome?.__typename !== 'Pending');

/** Puts money in, and gives what became of it, however long it takes; undefined when an error is the answer. */
export const deposit = (browser: Browser, { id = randomUUID(), ...of }: Deposit = {}): Promise<Outcome | undefined> =>
  settled(async () => (await askDeposit(browser, { id, ...of })).data?.deposit);

/** Moves money, and gives what became of it, however long it takes; undefined when an error is the answer. */
export const transfer = (browser: Browser, { id = randomUUID(), ...of }: Transfer = {}): Promise<Outcome | undefined> =>
  settled(async () => (await askTransfer(browser, { id, ...of })).data?.transfer);

export const commandOutcome = async (browser: Browser, id: string): Promise<Outcome | null> =>
  (await browser.get<{ readonly command: Outcome | null }>(`query($id: ID!) { command(id: $id) { ${outcome} } }`, { id })).command;

export type Page = { readonly first?: number; readonly after?: string | null };

export const accountOf = async (browser: Browser, iban: string, of: Page = {}): Promise<Account | null> => {
  const query = `query($iban: Iban!, ${page}) { account(iban: $iban) { ${account} } }`;
  return (await browser.get<{ readonly account: Account | null }>(query, { iban, ...of })).account;
};

export const companyAccount = async (browser: Browser, of: Page = {}): Promise<Account> =>
  (await browser.get<{ readonly company: Account }>(`query(${page}) { company { ${account} } }`, of)).company;

export type Asked = Page & {
  readonly direction?: 'IN' | 'OUT' | 'ALL';
  readonly minAmount?: string;
  readonly search?: string;
};

/** A page of an account, by the query for it. */
export const transactionPage = async (browser: Browser, iban: string, of: Asked = {}): Promise<Account['transactions']> => {
  const query = `query($iban: Iban!, ${page}, $direction: Direction! = ALL, $minAmount: Cents, $search: String! = "") {
    transactions(iban: $iban, first: $first, after: $after, direction: $direction, minAmount: $minAmount, search: $search) {
      edges { ${edge} } pageInfo { hasNextPage endCursor } } }`;
  return (await browser.get<{ readonly transactions: Account['transactions'] }>(query, { iban, ...of })).transactions;
};

/** The transactions of an account, newest first. */
export const transactionsOf = async (browser: Browser, iban: string, of: Asked = {}): Promise<readonly Transaction[]> =>
  (await transactionPage(browser, iban, of)).edges.map(({ node }) => node);

/** A transaction, by its id. */
export const transactionOf = async (browser: Browser, id: string): Promise<Transaction | null> => {
  const query = `query($id: ID!) { transaction(id: $id) { ${transactionFields} } }`;
  return (await browser.get<{ readonly transaction: Transaction | null }>(query, { id })).transaction;
};

export type AccountSort = 'IBAN' | 'BALANCE' | 'LAST_CHANGE';
export type ListedAccount = Balance & { readonly changedAt: string | null };
export type AccountPage = { readonly edges: readonly { readonly cursor: string; readonly node: ListedAccount }[]; readonly pageInfo: PageInfo };

/** A page of all accounts, for an employee. */
export const askAccounts = (
  browser: Browser,
  of: Page & { readonly search?: string; readonly sort?: AccountSort } = {},
): Promise<Answer<{ readonly accounts: AccountPage }>> => browser.ask(
  `query(${page}, $search: String! = "", $sort: AccountSort! = IBAN) { accounts(first: $first, after: $after, search: $search, sort: $sort) {
    edges { cursor node { iban balance changedAt } } pageInfo { hasNextPage endCursor } } }`,
  of,
);

export type RecordPlace = { readonly topic: string; readonly partition: number; readonly offset: string; readonly writtenAt: string };
export type Life = {
  readonly id: string;
  readonly status: 'PENDING' | 'CONFIRMED' | 'REFUSED';
  readonly reason: string | null;
  readonly amount: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly description: string | null;
  readonly command: RecordPlace | null;
  readonly settledAt: string | null;
  readonly feedback: RecordPlace | null;
  readonly changes: readonly { readonly transaction: Transaction; readonly record: RecordPlace }[];
};

/** A transfer's life, by one of its ids. */
export const lifeOf = async (browser: Browser, id: string): Promise<Life | null> => {
  const record = 'topic partition offset writtenAt';
  const query = `query($id: ID!) { transfer(id: $id) { id status reason amount from to description settledAt command { ${record} }
    feedback { ${record} } changes { transaction { ${transactionFields} } record { ${record} } } } }`;
  return (await browser.get<{ readonly transfer: Life | null }>(query, { id })).transfer;
};

export type Totals = {
  readonly accounts: number;
  readonly money: string;
  readonly transfersPerSecond: number;
  readonly conservation: 'HOLDING' | 'BROKEN' | 'CATCHING_UP';
  readonly problem: string | null;
};

export const totalsOf = async (browser: Browser): Promise<Totals> =>
  (await browser.get<{ readonly totals: Totals }>('{ totals { accounts money transfersPerSecond conservation problem } }')).totals;

export type Followed = { readonly transactions: Edge };

export const followTransactions = (
  browser: Browser, iban: string, after?: string, wanted: Pick<Asked, 'direction' | 'minAmount'> = {},
): Stream<Followed> =>
  browser.subscribe<Followed>(
    `subscription($iban: Iban!, $after: String, $direction: Direction! = ALL, $minAmount: Cents) {
      transactions(iban: $iban, after: $after, direction: $direction, minAmount: $minAmount) { ${edge} } }`,
    { iban, ...(after !== undefined && { after }), ...wanted },
  );

/** The transactions of all accounts, for an employee. */
export const followAll = (browser: Browser, after?: string): Stream<Followed> =>
  browser.subscribe<Followed>(`subscription($after: String) { transactions: allTransactions(after: $after) { ${edge} } }`, {
    ...(after !== undefined && { after }),
  });

/** The next transaction of a stream. */
export const nextEdge = async (stream: Stream<Followed>): Promise<Edge> => {
  const { data, errors } = await stream.next();
  if (!data) throw new Error(`the stream failed: ${JSON.stringify(errors)}`);
  return data.transactions;
};

/** The next so many transactions of a stream. */
export const nextEdges = async (stream: Stream<Followed>, count: number): Promise<readonly Edge[]> => {
  const edges: Edge[] = [];
  while (edges.length < count) edges.push(await nextEdge(stream));
  return edges;
};

/** The next so many balances of a stream, oldest first. */
export const nextBalances = async (stream: Stream<Followed>, count: number): Promise<readonly string[]> =>
  (await nextEdges(stream, count)).map(({ node }) => node.newBalance);

export type FlowEvent = { readonly journey: string; readonly kind: string; readonly step: string; readonly at: string };

export const followFlow = (browser: Browser): Stream<{ readonly flow: FlowEvent }> => browser.subscribe('subscription { flow { journey kind step at } }');

export const nextFlowEvent = async (stream: Stream<{ readonly flow: FlowEvent }>): Promise<FlowEvent> => {
  const { data, errors } = await stream.next();
  if (!data) throw new Error(`the flow failed: ${JSON.stringify(errors)}`);
  return data.flow;
};
