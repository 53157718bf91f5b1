/** How money and moments are shown: in the words of the browser's own language settings. */
import { formatCents } from '@bank/topology';

/** The user's locale, a BCP 47 tag. */
export const userLocale = (): string => navigator.language;

/** An amount in euros: `€1,234.50`. */
export const showMoney = (amount: bigint): string => formatCents(amount, userLocale());

/** A change of a balance: what came in carries a plus. */
export const showChange = (amount: bigint): string => (amount > 0n ? `+${showMoney(amount)}` : showMoney(amount));

/** An amount as one may type it. */
export const amountExample = (): string => new Intl.NumberFormat(userLocale(), { minimumFractionDigits: 2 }).format(12.5);

/** Writes dates with their time, `22 Nov 2025, 14:32:05`; made once, for making one is slow. */
export const momentFormat = (): Intl.DateTimeFormat => new Intl.DateTimeFormat(userLocale(), { dateStyle: 'medium', timeStyle: 'medium' });
