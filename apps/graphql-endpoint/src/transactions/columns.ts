/** Rows that go into a table all at once: an array for each column, unnested by PostgreSQL. */
import { arrayLiteral, type ArrayElement } from '@bank/service/database';

/** The columns of a table, each with its type and its value in a row. */
export type Columns<Row> = readonly (readonly [name: string, type: string, value: (row: Row) => ArrayElement])[];

export const namesOf = (columns: Columns<never>): string => columns.map(([name]) => name).join(', ');

/** The arrays as parameters, $1 and on, with their types: what `unnest` takes. */
export const parametersOf = (columns: Columns<never>): string => columns.map(([, type], at) => `$${at + 1}::${type}[]`).join(', ');

/** The values of those parameters. */
export const valuesOf = <Row>(columns: Columns<Row>, rows: readonly Row[]): string[] => columns.map(([, , value]) => arrayLiteral(rows.map(value)));
