/** RFC 4180, the format of spreadsheets: commas, CRLF, quotes where they are needed. Pure. */

const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/** One line, with its end. */
export const csvLine = (fields: readonly (number | string)[]): string => `${fields.map(field => quoted(String(field))).join(',')}\r\n`;
