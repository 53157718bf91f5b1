/** The place of a transaction in its account, opaque to clients. */

export type Ordinal = bigint;

/** The place before the first transaction. */
export const beforeAll: Ordinal = 0n;

export const cursorOf = (ordinal: Ordinal): string => Buffer.from(String(ordinal)).toString('base64url');

/** The place that a cursor names; undefined when it is none of ours. The empty cursor is the place before the first transaction. */
export const parseCursor = (cursor: string): Ordinal | undefined => {
  if (cursor === '') return beforeAll;
  const text = Buffer.from(cursor, 'base64url').toString();
  return /^\d{1,18}$/.test(text) && cursorOf(BigInt(text)) === cursor ? BigInt(text) : undefined;
};
