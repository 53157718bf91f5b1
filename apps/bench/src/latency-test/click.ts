/** What the client of the test clicks on, and when. Pure. */
import { company, formatCents } from '@bank/topology';

/** The language of the test's browser: it decides how money reads. */
export const locale = 'en-GB';

/** A click, and how the row that it brings reads on the screen of somebody in Britain. */
export type Click =
  | { readonly kind: 'deposit'; readonly button: string; readonly changedBy: bigint; readonly row: readonly string[] }
  | { readonly kind: 'transfer'; readonly to: string; readonly amount: string; readonly description: string; readonly changedBy: bigint; readonly row: readonly string[] };

/** From one click to the next. */
export const clickEveryMs = 1_000;

/** The heartbeat's clock, of which the time between clicks is a multiple: without a shift, all clicks would meet its batches at the same moment. */
const beatMs = 100;
/** Of a beat: steps of the golden ratio never fall in with anything, and spread evenly however many there are. */
const shiftOfBeat = 0.618;

/** Cents. Neighbours differ, so that a deposit which comes late is not taken for the next; all bring more than a transfer takes. */
const deposits = [10_00n, 20_00n, 50_00n, 100_00n, 200_00n, 500_00n] as const;
const transferred = 5_00n;

/** Cents as the screen writes them: €1,234.50. */
export const showMoney = (cents: bigint): string => formatCents(cents, locale);

/** The how many-th click of a client, from 0: deposits and transfers to the company, alternately. */
export const clickOf = (nth: number): Click => {
  if (nth % 2 === 0) {
    const amount = deposits[(nth / 2) % deposits.length] ?? deposits[0];
    return { kind: 'deposit', button: `Deposit ${showMoney(amount)}`, changedBy: amount, row: ['Cash', `+${showMoney(amount)}`] };
  }
  const description = `Click ${String(nth).padStart(6, '0')}`;
  const amount = showMoney(transferred);
  return { kind: 'transfer', to: company.iban, amount: amount.replace('€', ''), description, changedBy: -transferred, row: [description, `-${amount}`] };
};

/** When the how many-th click of a step is due, in milliseconds since the step began. */
export const dueMsOf = (nth: number): number => nth * clickEveryMs + clickEveryMs / 2 + ((nth * shiftOfBeat) % 1) * beatMs;
