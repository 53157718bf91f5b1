/**
 * Transactions as a file for a spreadsheet: RFC 4180, UTF-8 with a byte order mark, without which Excel misreads `é`. Pure.
 *
 * Texts come from anybody, so one that a spreadsheet would run as a formula gets an apostrophe in front. Amounts are not texts: they are
 * written as plain numbers, `-12.50`, and stay numbers, for nobody but the bank can write one.
 */
import { csvLine } from '../download/csv.ts';
import type { Transaction } from './transaction.ts';

const byteOrderMark = '\uFEFF';

const header = ['Time', 'From or to', 'Description', 'Amount in EUR', 'Balance in EUR', 'Transfer', 'Transaction'];

/** A text that a spreadsheet shows and does not run. */
export const harmless = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

/** Cents as a number with a point and two decimals, exact at any size. */
export const plainAmount = (amount: bigint): string => {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** The first line, and what marks the file as UTF-8. */
export const csvHead = byteOrderMark + csvLine(header);

/** Lines for transactions, in the order given; times are ISO 8601 in UTC. */
export const csvLines = (transactions: readonly Transaction[]): string =>
  transactions
    .map(({ id, changedAt, fromTo, description, changedBy, newBalance, transferId }) => csvLine([
      changedAt.toISOString(), harmless(fromTo), harmless(description), plainAmount(changedBy), plainAmount(newBalance),
      harmless(transferId ?? ''), harmless(id),
    ]))
    .join('');
