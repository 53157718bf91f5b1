/** The contract's fields that are not told as they are kept: by who looks, or from another room. */
import type { Cents } from '@bank/topology';
import { sightOf, type User as BankUser } from '../identity/viewer.ts';
import { transactionIdOf } from '../transactions/cursor.ts';
import type { Life, RecordPlace as PlaceOnKafka } from '../transactions/lives.ts';
import type { Account as BankAccount, Transaction as AccountTransaction } from '../transactions/transactions.ts';
import type { Context } from './context.ts';
import { masked } from './mask.ts';
import { pageOf, type PageArguments } from './queries.ts';
import { seenBy, type Connection, type Seen } from './seen.ts';

const Account = {
  transactions: ({ iban }: Seen<BankAccount>, page: PageArguments, context: Context): Promise<Connection<Seen<AccountTransaction>>> =>
    pageOf(iban, page, context),
};

const User = {
  account: async (user: BankUser, _: unknown, { transactions }: Context): Promise<Seen<BankAccount> | undefined> => {
    if (user.role !== 'CLIENT' || user.iban === undefined) return undefined;
    const account = await transactions.account(user.iban);
    return account && seenBy(user, account);
  },
};

const Transaction = {
  id: (transaction: AccountTransaction): string => transactionIdOf(transaction),
  fromTo: ({ iban, fromTo, viewer }: Seen<AccountTransaction>): string => {
    const isOwn = viewer.role === 'CLIENT' && viewer.iban === fromTo;
    return sightOf(viewer, iban) === 'all' || isOwn ? fromTo : masked(fromTo);
  },
  transferId: ({ iban, transferId, viewer }: Seen<AccountTransaction>): string | null =>
    sightOf(viewer, iban) === 'all' ? transferId : null,
};

const Transfer = {
  amount: ({ content }: Life): Cents | undefined => content?.amount,
  from: ({ content }: Life): string | undefined => content?.from,
  to: ({ content }: Life): string | undefined => content?.to,
  description: ({ content }: Life): string | undefined => content?.description,
  changes: ({ changes, viewer }: Seen<Life>): readonly { readonly transaction: Seen<AccountTransaction>; readonly record: PlaceOnKafka }[] =>
    changes
      .filter(({ transaction }) => sightOf(viewer, transaction.iban) !== 'nothing')
      .map(({ transaction, record }) => ({ transaction: seenBy(viewer, transaction), record })),
};

const RecordPlace = { offset: ({ offset }: PlaceOnKafka): string => String(offset) };

export const fields = { Account, User, Transaction, Transfer, RecordPlace };
