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
  readonly changedBy: string;
  readonly newBalance: string;
  readonly fromTo: string;
  readonly description: string;
};
export type Edge = { readonly cursor: string; readonly node: Transaction };
export type PageInfo = { readonly hasNextPage: boolean; readonly endCursor: string | null };
export type Account = Balance & { readonly transactions: { readonly edges: readonly Edge[]; readonly pageInfo: PageInfo } };

const outcome = '__typename ... on Confirmed { commandId } ... on Pending { commandId } ... on Refused { code reason }';
const entry = '__typename ... on LoggedIn { user { username role account { iban balance } } } ... on Refused { code reason }';
const edge = 'cursor node { id changedBy newBalance fromTo description }';
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

export const deposit = async (browser: Browser, of?: Deposit): Promise<Outcome | undefined> =>
  (await askDeposit(browser, of)).data?.deposit;
export const transfer = async (browser: Browser, of?: Transfer): Promise<Outcome | undefined> =>
  (await askTransfer(browser, of)).data?.transfer;

export const commandOutcome = async (browser: Browser, id: string): Promise<Outcome | null> =>
  (await browser.get<{ readonly command: Outcome | null }>(`query($id: ID!) { command(id: $id) { ${outcome} } }`, { id })).command;

export type Page = { readonly first?: number; readonly after?: string | null };

export const accountOf = async (browser: Browser, iban: string, of: Page = {}): Promise<Account | null> => {
  const query = `query($iban: Iban!, ${page}) { account(iban: $iban) { ${account} } }`;
  return (await browser.get<{ readonly account: Account | null }>(query, { iban, ...of })).account;
};

export const companyAccount = async (browser: Browser, of: Page = {}): Promise<Account> =>
  (await browser.get<{ readonly company: Account }>(`query(${page}) { company { ${account} } }`, of)).company;

export type Followed = { readonly transactions: Edge };

export const followTransactions = (browser: Browser, iban: string, after?: string): Stream<Followed> =>
  browser.subscribe<Followed>(`subscription($iban: Iban!, $after: String) { transactions(iban: $iban, after: $after) { ${edge} } }`, {
    iban,
    ...(after !== undefined && { after }),
  });

/** The next transaction of a stream. */
export const nextEdge = async (stream: Stream<Followed>): Promise<Edge> => {
  const { data, errors } = await stream.next();
  if (!data) throw new Error(`the stream failed: ${JSON.stringify(errors)}`);
  return data.transactions;
};

/** The next so many balances of a stream, oldest first. */
export const nextBalances = async (stream: Stream<Followed>, count: number): Promise<readonly string[]> => {
  const balances: string[] = [];
  while (balances.length < count) balances.push((await nextEdge(stream)).node.newBalance);
  return balances;
};
