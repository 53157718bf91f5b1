/** A transaction as the app knows it, read from the bank's text. */
import type { Cents, Iban } from '@bank/topology';
import type { ResultOf } from '../api/graphql.ts';
import { readCents, readDateTime, readIban } from '../api/scalars.ts';
import type { companyQuery, transactionsSubscription } from './documents.ts';

/** One change of one account's balance. */
export type Transaction = {
  /** Unique. */
  readonly id: string;
  /** Its place in the account: what one resumes and pages from. */
  readonly cursor: string;
  /** Below zero when money left. */
  readonly changedBy: Cents;
  readonly newBalance: Cents;
  /** The other party: an IBAN of this bank, cash, or a name. */
  readonly fromTo: string;
  readonly description: string;
  readonly changedAt: Date;
  /** The transfer that it belongs to; null when that is not known. */
  readonly transferId: string | null;
  /** When it arrived live, by `performance.now()`; not there when it was read from the past. */
  readonly arrivedAtMs?: number;
}

/** Transactions of an account, newest first, and whether there are older ones. */
export type TransactionPage = {
  readonly transactions: readonly Transaction[];
  readonly hasOlder: boolean;
}

/** An account with a page of its transactions. */
export type AccountPage = {
  readonly iban: Iban;
  readonly balance: Cents;
} & TransactionPage

type WireEdge = ResultOf<typeof transactionsSubscription>['transactions'];
type WireAccount = ResultOf<typeof companyQuery>['company'];

/** What happened, wherever it stands. @throws TypeError when the bank breaks its contract */
export const readNode = (node: WireEdge['node']): Omit<Transaction, 'cursor' | 'arrivedAtMs'> => ({
  id: node.id,
  changedBy: readCents(node.changedBy),
  newBalance: readCents(node.newBalance),
  fromTo: node.fromTo,
  description: node.description,
  changedAt: readDateTime(node.changedAt),
  transferId: node.transferId,
});

/** @throws TypeError when the bank breaks its contract */
export const readTransaction = ({ cursor, node }: WireEdge): Transaction => ({ ...readNode(node), cursor });

/** @throws TypeError when the bank breaks its contract */
export const readAccountPage = ({ iban, balance, transactions }: WireAccount): AccountPage => ({
  iban: readIban(iban),
  balance: readCents(balance),
  transactions: transactions.edges.map(readTransaction),
  hasOlder: transactions.pageInfo.hasNextPage,
});
