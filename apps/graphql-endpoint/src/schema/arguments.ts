/** Arguments beyond what their GraphQL types say. */
import { parseCommandId, type CommandId } from '@bank/topology';
import { parseCursor, type Ordinal } from '../transactions/cursor.ts';
import { badInput } from './errors.ts';

const mostAtOnce = 250;

/** @throws GraphQLError BAD_USER_INPUT when the text is no UUID */
export const commandIdIn = (text: string): CommandId => {
  const id = parseCommandId(text);
  if (id === undefined) throw badInput('id is a UUID');
  return id;
};

/** @throws GraphQLError BAD_USER_INPUT when the cursor is none that this service gave */
export const ordinalIn = (cursor: string | null | undefined): Ordinal | undefined => {
  if (cursor === null || cursor === undefined) return undefined;
  const ordinal = parseCursor(cursor);
  if (ordinal === undefined) throw badInput('after is a cursor as it was given');
  return ordinal;
};

/** @throws GraphQLError BAD_USER_INPUT when so many are not to be had at once */
export const firstIn = (first: number): number => {
  if (first < 1 || first > mostAtOnce) throw badInput(`first is from 1 to ${mostAtOnce}`);
  return first;
};

/**
 * A text that the bank can be asked about: whether it likes it is the bank's to say, but this one can be stored and sent.
 *
 * @throws GraphQLError BAD_USER_INPUT when it holds NUL or half a character
 */
export const textIn = (name: string, text: string): string => {
  if (text.includes('\0') || !text.isWellFormed()) throw badInput(`${name} holds NUL or half of a character`);
  return text;
};
