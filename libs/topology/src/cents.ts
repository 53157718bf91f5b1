/** Money: whole euro cents, signed 64-bit, never a JavaScript number. */

export type Cents = bigint & { readonly brand: 'Cents' };

export const minCents = -(2n ** 63n) as Cents;
export const maxCents = (2n ** 63n - 1n) as Cents;

/** Whether an amount fits the signed 64 bits of Avro's long and PostgreSQL's bigint. */
export const fitsCents = (amount: bigint): amount is Cents => amount >= minCents && amount <= maxCents;

/**
 * An amount known to fit 64 bits.
 *
 * @throws RangeError when it does not: the caller was to check first
 */
export const cents = (amount: bigint): Cents => {
  if (!fitsCents(amount)) throw new RangeError(`${amount} cents do not fit 64 bits`);
  return amount;
};

/** Reads cents as the API spells them, `-?\d{1,19}`; undefined when the text is anything else or does not fit 64 bits. */
export const parseCents = (text: string): Cents | undefined => {
  if (!/^-?\d{1,19}$/.test(text)) return undefined;
  const amount = BigInt(text);
  return fitsCents(amount) ? amount : undefined;
};

/** Money as people read it, in euros: `formatCents(-123456n, 'nl-NL')` is `€ -1.234,56`. Exact at any size. */
export const formatCents = (amount: bigint, locale?: string): string => {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  const decimal = `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}` as `${number}`;
  return new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).format(decimal);
};
