/** The places of transactions, opaque to clients: in an account, and among all accounts. */
import { isOwnIban, topics, type Iban } from '@bank/topology';

/** A place in one account. */
export type Ordinal = bigint;

/** The place before the first transaction. */
export const beforeAll: Ordinal = 0n;

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

export const cursorOf = (ordinal: Ordinal): string => encode(String(ordinal));

/** The place that a cursor names; undefined when it is none of ours. The empty cursor is the place before the first transaction. */
export const parseCursor = (cursor: string): Ordinal | undefined => {
  if (cursor === '') return beforeAll;
  const text = decode(cursor);
  return /^\d{1,18}$/.test(text) && cursorOf(BigInt(text)) === cursor ? BigInt(text) : undefined;
};

/** A place in whatever account. */
type AccountPlace = { readonly iban: Iban; readonly ordinal: Ordinal };

export const transactionIdOf = ({ iban, ordinal }: AccountPlace): string => encode(`${iban}/${ordinal}`);

/** The place of the transaction that an id names; undefined when it is none of ours. */
export const parseTransactionId = (id: string): AccountPlace | undefined => {
  const [iban = '', text = ''] = decode(id).split('/');
  if (!isOwnIban(iban) || !/^\d{1,18}$/.test(text)) return undefined;
  const place = { iban, ordinal: BigInt(text) };
  return transactionIdOf(place) === id ? place : undefined;
};

/** A place in a partition of balance_changed: that of the event with which a transaction is seen, and of those seen with it which. */
export type Place = { readonly partition: number; readonly offset: bigint; readonly ordinal: Ordinal };

/** How far one has come in every partition. */
export type Frontier = readonly Place[];

/** The frontier before all transactions. */
export const beforeEverything: Frontier = Array.from({ length: topics.balance_changed.partitions }, (_, partition) => ({
  partition,
  offset: -1n,
  ordinal: beforeAll,
}));

/** Whether a place is beyond a frontier. */
export const isBeyond = ({ partition, offset, ordinal }: Place, frontier: Frontier): boolean => {
  const last = frontier[partition];
  return last !== undefined && (offset > last.offset || (offset === last.offset && ordinal > last.ordinal));
};

/** A frontier moved on to a place. */
export const movedTo = (place: Place, frontier: Frontier): Frontier => frontier.map(last => (last.partition === place.partition ? place : last));

export const frontierCursorOf = (frontier: Frontier): string =>
  encode(frontier.map(({ offset, ordinal }) => (offset < 0n ? '' : `${offset}.${ordinal}`)).join(' '));

/** The frontier that a cursor names; undefined when it is none of ours. The empty cursor is the one before everything. */
export const parseFrontierCursor = (cursor: string): Frontier | undefined => {
  if (cursor === '') return beforeEverything;
  const texts = decode(cursor).split(' ');
  if (texts.length !== beforeEverything.length) return undefined;
  const frontier: Place[] = [];
  for (const before of beforeEverything) {
    const text = texts[before.partition] ?? '';
    const [, offset, ordinal] = /^(\d{1,18})\.(\d{1,18})$/.exec(text) ?? [];
    if (offset !== undefined && ordinal !== undefined) frontier.push({ ...before, offset: BigInt(offset), ordinal: BigInt(ordinal) });
    else if (text === '') frontier.push(before);
    else return undefined;
  }
  return frontierCursorOf(frontier) === cursor ? frontier : undefined;
};
