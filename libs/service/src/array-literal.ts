/** Arrays as PostgreSQL reads them. pg makes them too, with more care than values of known kinds need: that took a tenth of a settlement. */

export type ArrayElement = string | number | bigint | boolean | Buffer | Date | null | undefined;

/**
 * The literal of an array, for a parameter of any array type.
 *
 * @see https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO
 */
export const arrayLiteral = (elements: readonly ArrayElement[]): string => {
  // Most arrays are of numbers, or of texts without quotes and backslashes: no text is made then for each element.
  if (elements.every(isNumber)) return `{${elements.join(',')}}`;
  if (elements.every(isPlainText)) return `{"${elements.join('","')}"}`;
  return `{${elements.map(literalOf).join(',')}}`;
};

const isNumber = (element: ArrayElement): boolean => typeof element === 'bigint' || typeof element === 'number';

const isPlainText = (element: ArrayElement): boolean => typeof element === 'string' && !special.test(element);

const special = /["\\]/;

const literalOf = (element: ArrayElement): string => {
  if (element === null || element === undefined) return 'NULL';
  if (typeof element === 'string') return `"${special.test(element) ? element.replaceAll(/["\\]/g, '\\$&') : element}"`;
  if (typeof element === 'object') return element instanceof Date ? `"${element.toISOString()}"` : `"\\\\x${element.toString('hex')}"`;
  return String(element);
};
