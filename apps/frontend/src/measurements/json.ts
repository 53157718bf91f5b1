/** Reads what a result file should hold out of what it does hold, and says what is wrong where. */

/** A file that does not hold what was expected; the message is for people. */
export class UnreadableResult extends Error {
  override readonly name = 'UnreadableResult';
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws UnreadableResult */
export const fieldsOf = (value: unknown, where: string): Fields => {
  if (isFields(value)) return value;
  throw new UnreadableResult(`${where} is not an object`);
};

/** @throws UnreadableResult */
export const listOf = (value: unknown, where: string): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new UnreadableResult(`${where} is not a list`);
};

/** @throws UnreadableResult when it is not a number, or not a finite one */
export const numberOf = (value: unknown, where: string): number => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new UnreadableResult(`${where} is not a number`);
};

/** @throws UnreadableResult */
export const textOf = (value: unknown, where: string): string => {
  if (typeof value === 'string' && value !== '') return value;
  throw new UnreadableResult(`${where} is not a text`);
};

/** @throws UnreadableResult when it is no date in ISO form */
export const timeOf = (value: unknown, where: string): Date => {
  const time = new Date(textOf(value, where));
  if (Number.isNaN(time.getTime())) throw new UnreadableResult(`${where} is not a time`);
  return time;
};

/** A number, or nothing when the field is not there. @throws UnreadableResult when it is there and is no number */
export const numberIn = (fields: Fields, name: string, where: string): number | undefined =>
  fields[name] === undefined ? undefined : numberOf(fields[name], `${where}.${name}`);

/** The items of a list, which is empty when the field is not there. @throws UnreadableResult when it is there and is no list */
export const listIn = (fields: Fields, name: string): readonly unknown[] => (fields[name] === undefined ? [] : listOf(fields[name], name));
