/** The same figures as a table, and as a file for a spreadsheet. */
import { csvLine } from '../download/csv.ts';
import { median } from './spread.ts';
import type { Series, Strip } from './series.ts';

export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string)[])[];
};

/** A row for each point. */
export const tableOfSeries = (series: readonly Series[], { x, y }: { readonly x: string; readonly y: string }): Table => ({
  columns: ['Series', x, y, 'Least of the runs', 'Most of the runs', 'Samples'],
  rows: series.flatMap(({ label, points }) =>
    points.map(point => {
      const spread = point.least < point.most ? [point.least, point.most] : ['', ''];
      return [label, point.x, point.value, ...spread, point.samples];
    })),
});

/** A row for each strip. */
export const tableOfStrips = (strips: readonly Strip[], x: string): Table => ({
  columns: ['Series', `Median: ${x}`, 'Least', 'Most', 'Each run'],
  rows: strips.map(({ label, values }) => [label, median(values), Math.min(...values), Math.max(...values), values.map(value => Math.round(value * 100) / 100).join(' ')]),
});

/** A first line with the columns, and a line for each row. */
export const csvOf = ({ columns, rows }: Table): string => [columns, ...rows].map(csvLine).join('');
