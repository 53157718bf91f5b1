/** The contract's fields: each asks a room and gives what it says. */
import type { Cents, Iban } from '@bank/topology';
import type { Credentials } from '../identity/credentials.ts';
import type { LoggedIn } from '../identity/identity.ts';
import { movesMoney, sightOf, type Client, type User, type Viewer } from '../identity/viewer.ts';
import type { CommandOutcome, Refused } from '../outcome.ts';
import { cursorOf } from '../transactions/cursor.ts';
import type { Account, Transaction } from '../transactions/transactions.ts';
import { commandIdIn, firstIn, ordinalIn, textIn } from './arguments.ts';
import { viewerOf, type Context } from './context.ts';
import { forbidden, unauthenticated } from './errors.ts';
import { masked } from './mask.ts';
import { scalars } from './scalars.ts';

/** An account or a transaction together with who looks at it. */
type Seen<V> = V & { readonly viewer: Viewer };

type Edge = { readonly cursor: string; readonly node: Seen<Transaction> };
type PageInfo = { readonly hasNextPage: boolean; readonly endCursor: string | undefined };
type Connection = { readonly edges: readonly Edge[]; readonly pageInfo: PageInfo };
type Answered = CommandOutcome & { readonly commandId: string };

type PageArguments = { readonly first: number; readonly after?: string | null };

const seenBy = <V extends object>(viewer: Viewer, value: V): Seen<V> => ({ ...value, viewer });

/** @throws GraphQLError UNAUTHENTICATED for a visitor, FORBIDDEN for an employee */
const clientIn = (context: Context): Client => {
  const viewer = viewerOf(context);
  if (viewer.role === 'VISITOR') throw unauthenticated();
  if (!movesMoney(viewer)) throw forbidden('an employee has no account and moves no money');
  return viewer;
};

const edgeOf = (viewer: Viewer, transaction: Transaction): Edge => ({
  cursor: cursorOf(transaction.ordinal),
  node: seenBy(viewer, transaction),
});

/** Outcomes of commands bear the client's id, not the one on Kafka. */
const answered = (id: string, outcome: CommandOutcome): Answered => ({ ...outcome, commandId: id });

/** Puts the session into the cookie, in the place of the one that was there. */
const letIn = async (outcome: LoggedIn | Refused, { session, identity, cookie }: Context): Promise<LoggedIn | Refused> => {
  if (outcome.type === 'Refused') return outcome;
  if (session) await identity.logOut(session, { everywhere: false });
  cookie.set(outcome.sessionId, outcome.expiresAt);
  return outcome;
};

const Query = {
  me: (_: unknown, __: unknown, { session }: Context): User | undefined => session?.user,

  account: async (_: unknown, { iban }: { readonly iban: Iban }, context: Context): Promise<Seen<Account> | undefined> => {
    const viewer = viewerOf(context);
    if (sightOf(viewer, iban) === 'nothing') return undefined;
    const account = await context.transactions.account(iban);
    return account && seenBy(viewer, account);
  },

  company: async (_: unknown, __: unknown, context: Context): Promise<Seen<Account>> =>
    seenBy(viewerOf(context), await context.transactions.company()),

  command: async (_: unknown, { id }: { readonly id: string }, context: Context): Promise<Answered | undefined> => {
    const outcome = await context.transfers.outcomeOf(clientIn(context), commandIdIn(id));
    return outcome && answered(id, outcome);
  },
};

const Mutation = {
  openAccount: async (_: unknown, credentials: Credentials, context: Context): Promise<LoggedIn | Refused> =>
    letIn(await context.openings.open(credentials), context),

  logIn: async (_: unknown, credentials: Credentials, context: Context): Promise<LoggedIn | Refused> =>
    letIn(await context.openings.logIn(credentials), context),

  logOut: async (_: unknown, { everywhere }: { readonly everywhere: boolean }, context: Context): Promise<boolean> => {
    const { session, identity, cookie } = context;
    if (session) await identity.logOut(session, { everywhere });
    cookie.clear();
    return session !== undefined;
  },

  transfer: async (
    _: unknown,
    { id, to, amount, description }: { readonly id: string; readonly to: string; readonly amount: Cents; readonly description: string },
    context: Context,
  ): Promise<Answered> => {
    const order = { id: commandIdIn(id), to: textIn('to', to), amount, description: textIn('description', description) };
    return answered(id, await context.transfers.transfer(clientIn(context), order));
  },

  deposit: async (_: unknown, { id, amount }: { readonly id: string; readonly amount: Cents }, context: Context): Promise<Answered> =>
    answered(id, await context.transfers.deposit(clientIn(context), { id: commandIdIn(id), amount })),
};

const Subscription = {
  transactions: {
    subscribe: async (
      _: unknown,
      { iban, after }: { readonly iban: Iban; readonly after?: string | null },
      context: Context,
    ): Promise<AsyncIterableIterator<Transaction>> => {
      const viewer = viewerOf(context);
      if (sightOf(viewer, iban) === 'nothing') {
        throw viewer.role === 'VISITOR' ? unauthenticated() : forbidden('this account is not yours');
      }
      return context.follow({ iban, after: ordinalIn(after) });
    },
    resolve: (transaction: Transaction, _: unknown, context: Context): Edge => edgeOf(viewerOf(context), transaction),
  },
};

const Account = {
  transactions: async ({ iban, viewer }: Seen<Account>, { first, after }: PageArguments, context: Context): Promise<Connection> => {
    const page = await context.transactions.older(iban, { first: firstIn(first), than: ordinalIn(after) });
    const edges = page.transactions.map(transaction => edgeOf(viewer, transaction));
    return { edges, pageInfo: { hasNextPage: page.hasMore, endCursor: edges.at(-1)?.cursor } };
  },
};

const User = {
  account: async (user: User, _: unknown, { transactions }: Context): Promise<Seen<Account> | undefined> => {
    if (user.role !== 'CLIENT' || user.iban === undefined) return undefined;
    const account = await transactions.account(user.iban);
    return account && seenBy(user, account);
  },
};

const Transaction = {
  id: ({ iban, ordinal }: Transaction): string => Buffer.from(`${iban}/${ordinal}`).toString('base64url'),
  fromTo: ({ iban, fromTo, viewer }: Seen<Transaction>): string => {
    const isOwn = viewer.role === 'CLIENT' && viewer.iban === fromTo;
    return sightOf(viewer, iban) === 'all' || isOwn ? fromTo : masked(fromTo);
  },
};

const byType = { __resolveType: ({ type }: { readonly type: string }): string => type };

export const resolvers = {
  ...scalars,
  Query,
  Mutation,
  Subscription,
  User,
  Account,
  Transaction,
  OpenAccountOutcome: byType,
  LogInOutcome: byType,
  TransferOutcome: byType,
  CommandOutcome: byType,
};
