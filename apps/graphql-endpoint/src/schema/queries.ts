/** The contract's queries: each asks a room and gives what it says. */
import type { Cents, Iban } from '@bank/topology';
import { commandIdFor } from '../banking/command.ts';
import { sightOf, type User } from '../identity/viewer.ts';
import type { AccountSort } from '../transactions/accounts.ts';
import { parseTransactionId } from '../transactions/cursor.ts';
import type { Life } from '../transactions/lives.ts';
import type { Totals } from '../transactions/totals.ts';
import type { Account, Transaction, Wanted } from '../transactions/transactions.ts';
import { accountPlaceIn, commandIdIn, firstIn, ordinalIn, textIn, wantedIn } from './arguments.ts';
import { viewerOf, type Context } from './context.ts';
import { forbidden } from './errors.ts';
import { answered, type Answered } from './outcomes.ts';
import { clientIn, connectionOf, employeeIn, pageSeenBy, seenBy, userIn, viewerOfAccount, type Connection, type Seen } from './seen.ts';

export type PageArguments = {
  readonly first: number;
  readonly after?: string | null;
  readonly direction: Wanted['direction'];
  readonly minAmount?: Cents | null;
  readonly search: string;
};

/** A page of an account that the context's viewer may see. */
export const pageOf = async (iban: Iban, { first, after, ...wanted }: PageArguments, context: Context): Promise<Connection<Seen<Transaction>>> => {
  const viewer = viewerOfAccount(context, iban);
  // Whether an IBAN that is masked is among the parties must not be found out by looking for it.
  if (wanted.search !== '' && sightOf(viewer, iban) !== 'all') throw forbidden('only where all parties are shown can be searched');
  const page = await context.transactions.older(iban, { first: firstIn(first), than: ordinalIn(after), wanted: wantedIn(wanted) });
  return pageSeenBy(viewer, page);
};

/** A transfer is seen by who sent it, by clients whose account it changed, and by employees. */
const isSeenBy = (user: User, { userId, changes }: Life): boolean =>
  user.role === 'EMPLOYEE' || userId === user.id || changes.some(({ transaction }) => transaction.iban === user.iban);

export const Query = {
  me: (_: unknown, __: unknown, { session }: Context): User | undefined => session?.user,

  account: async (_: unknown, { iban }: { readonly iban: Iban }, context: Context): Promise<Seen<Account> | undefined> => {
    const viewer = viewerOf(context);
    if (sightOf(viewer, iban) === 'nothing') return undefined;
    const account = await context.transactions.account(iban);
    return account && seenBy(viewer, account);
  },

  company: async (_: unknown, __: unknown, context: Context): Promise<Seen<Account>> =>
    seenBy(viewerOf(context), await context.transactions.company()),

  accounts: async (
    _: unknown,
    { search, sort, first, after }: { readonly search: string; readonly sort: AccountSort; readonly first: number; readonly after?: string | null },
    context: Context,
  ): Promise<Connection<Seen<Account>>> => {
    const employee = employeeIn(context);
    const { accounts, hasMore } = await context.accounts.list({
      search: textIn('search', search), sort, first: firstIn(first), after: accountPlaceIn(after, sort),
    });
    return connectionOf(accounts.map(({ account, cursor }) => ({ cursor, node: seenBy(employee, account) })), hasMore);
  },

  totals: async (_: unknown, __: unknown, context: Context): Promise<Totals & { readonly transfersPerSecond: number }> => {
    employeeIn(context);
    return { ...(await context.totals.look()), transfersPerSecond: context.throughput.perSecond() };
  },

  transactions: (_: unknown, { iban, ...page }: PageArguments & { readonly iban: Iban }, context: Context): Promise<Connection<Seen<Transaction>>> =>
    pageOf(iban, page, context),

  transaction: async (_: unknown, { id }: { readonly id: string }, context: Context): Promise<Seen<Transaction> | undefined> => {
    const viewer = viewerOf(context);
    const place = parseTransactionId(id);
    if (!place || sightOf(viewer, place.iban) === 'nothing') return undefined;
    const transaction = await context.transactions.one(place.iban, place.ordinal);
    return transaction && seenBy(viewer, transaction);
  },

  transfer: async (_: unknown, { id }: { readonly id: string }, context: Context): Promise<Seen<Life> | undefined> => {
    const user = userIn(context);
    const given = commandIdIn(id);
    const own = user.role === 'CLIENT' ? await context.lives.of(commandIdFor(user.id, given)) : undefined;
    const life = own ?? (await context.lives.of(given));
    return life && isSeenBy(user, life) ? seenBy(user, life) : undefined;
  },

  command: async (_: unknown, { id }: { readonly id: string }, context: Context): Promise<Answered | undefined> => {
    const outcome = await context.transfers.outcomeOf(clientIn(context), commandIdIn(id));
    return outcome && answered(id, outcome);
  },
};
