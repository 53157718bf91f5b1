/** Arguments beyond what their GraphQL types say. */
import { parseCommandId, type Cents, type CommandId } from '@bank/topology';
import { parseAccountCursor, type ListPlace, type AccountSort } from '../transactions/accounts.ts';
import { parseCursor, parseFrontierCursor, type Frontier, type Ordinal } from '../transactions/cursor.ts';
import type { Wanted } from '../transactions/transactions.ts';
import { badInput } from './errors.ts';

const mostAtOnce = 250;

/** @throws GraphQLError BAD_USER_INPUT when the text is no UUID */
export const commandIdIn = (text: string): CommandId => {
  const id = parseCommandId(text);
  if (id === undefined) throw badInput('id is a UUID');
  return id;
};

/** A cursor that may be left out. */
type After = string | null | undefined;

/** @throws GraphQLError BAD_USER_INPUT when the cursor is none that this service gave, or one of another list */
const placeIn = <P>(cursor: After, parse: (cursor: string) => P | undefined): P | undefined => {
  if (cursor === null || cursor === undefined) return undefined;
  const place = parse(cursor);
  if (place === undefined) throw badInput('after is a cursor as it was given');
  return place;
};

/** The place in one account. */
export const ordinalIn = (cursor: After): Ordinal | undefined => placeIn(cursor, parseCursor);

/** The place among the transactions of all accounts. */
export const frontierIn = (cursor: After): Frontier | undefined => placeIn(cursor, parseFrontierCursor);

/** The place in an order of accounts. */
export const accountPlaceIn = (cursor: After, sort: AccountSort): ListPlace | undefined =>
  placeIn(cursor, text => parseAccountCursor(text, sort));

/** @throws GraphQLError BAD_USER_INPUT when the amount is negative or the text cannot be looked for */
export const wantedIn = ({ direction, minAmount, search = '' }: {
  readonly direction: Wanted['direction'];
  readonly minAmount?: Cents | null;
  readonly search?: string;
}): Wanted => {
  if (minAmount !== null && minAmount !== undefined && minAmount < 0n) throw badInput('minAmount is of the absolute value: 0 or more');
  return { direction, minAmount: minAmount ?? null, search: textIn('search', search) };
};

/** @throws GraphQLError BAD_USER_INPUT when so many are not to be had at once */
export const firstIn = (first: number): number => {
  if (first < 1 || first > mostAtOnce) throw badInput(`first is from 1 to ${mostAtOnce}`);
  return first;
};

/**
 * A text that can be stored, looked for and sent; whether the bank likes it is the bank's to say.
 *
 * @throws GraphQLError BAD_USER_INPUT when it holds NUL or half a character
 */
export const textIn = (name: string, text: string): string => {
  if (text.includes('\0') || !text.isWellFormed()) throw badInput(`${name} holds NUL or half of a character`);
  return text;
};
