/** Amounts as people type them. */
import { fitsCents, type Cents } from '@bank/topology';

/** What an amount may carry besides digits and separators: a euro sign, EUR, and spaces of every kind. */
const ornament = /€|EUR|\s/giu;

/** Marks that stand between the digits of an amount somewhere in Europe. */
const separators = /[.,'’]/u;

const groupSeparatorOf = (locale: string): string | undefined =>
  new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1_234_567).find(part => part.type === 'group')?.value;

/** Whether a whole part is plain digits, or digits in groups: the last group of three, those before of two or three. */
const isWhole = (text: string): boolean => /^\d+$/.test(text) || /^\d{1,3}([.,'’])(?:\d{2,3}\1)*\d{3}$/u.test(text);

/** Splits at the decimal mark. Which mark that is follows from the text and, where that leaves two readings, from the locale. */
const splitDecimals = (text: string, locale: string): { whole: string; decimals: string } => {
  const lastMark = Math.max(...['.', ','].map(mark => text.lastIndexOf(mark)));
  const whole = { whole: text, decimals: '' };
  if (lastMark < 0) return whole;

  const mark = text.charAt(lastMark);
  const isRepeated = text.indexOf(mark) < lastMark;
  const isOnly = !separators.test(text.slice(0, lastMark));
  const decimals = text.slice(lastMark + 1);
  // "1,234" is a thousand and more where the comma groups, and one with too many decimals where it does not.
  if (isRepeated || (isOnly && decimals.length === 3 && mark === groupSeparatorOf(locale))) return whole;
  return { whole: text.slice(0, lastMark), decimals };
};

/**
 * Reads an amount in euros as typed: `12`, `12,34`, `12.34`, `€ 1.234,50`. Comma and point are both understood; the locale decides only
 * where a text could be read in two ways. Exact at any size.
 *
 * @param locale a BCP 47 tag
 * @returns whole cents, or undefined when the text is no amount, has more than two decimals, a sign, or does not fit 64 bits
 */
export const parseAmount = (text: string, locale: string): Cents | undefined => {
  const { whole, decimals } = splitDecimals(text.replace(ornament, ''), locale);
  if (!isWhole(whole) || !/^\d{0,2}$/.test(decimals)) return undefined;

  const amount = BigInt(whole.replace(/\D/g, '') + decimals.padEnd(2, '0'));
  return fitsCents(amount) ? amount : undefined;
};
