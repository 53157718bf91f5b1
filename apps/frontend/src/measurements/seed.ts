/** Reads the figures of 2019, one campaign for each of the four command handlers. */
import { slugOf, type Campaign, type Step, type Use } from './campaign.ts';
import { fieldsOf, listOf, numberOf, textOf } from './json.ts';
import { single } from './spread.ts';

/** The order of the columns is the order of the names in the file's `columns`. */
type Row = (column: string) => number;

/** Its processors are a percentage of the nine that Docker was given. */
const processorsOfDocker = 9;

const useOf = (row: Row, part: string): Use => ({
  processors: single((row(`cpu_${part}_pct`) * processorsOfDocker) / 100),
  mebibytes: single(row(`mem_${part}_mib`)),
});

const stepOf = (row: Row): Step => ({
  load: row('load'),
  samples: row('n'),
  latencyMs: { mean: single(row('mean_ms')), p50: single(row('p50_ms')), p99: single(row('p99_ms')), max: single(row('max_ms')) },
  use: { handler: useOf(row, 'handler'), endpoint: useOf(row, 'endpoint'), database: useOf(row, 'db'), brokers: useOf(row, 'brokers') },
});

/** @throws UnreadableResult */
export const parseSeed = (json: unknown, href: string): { readonly source: string; readonly campaigns: readonly Campaign[] } => {
  const file = fieldsOf(json, 'the file');
  const columns = Object.keys(fieldsOf(file['columns'], 'columns'));
  const implementations = Object.entries(fieldsOf(file['implementations'], 'implementations'));
  const campaigns = implementations.map(([name, value]): Campaign => {
    const { rows, load_at_end_of_run: ends } = fieldsOf(value, name);
    return {
      id: slugOf(name),
      label: `${name}, 2019`,
      isOurs: false,
      href,
      steps: listOf(rows, `rows of ${name}`).map((cells, at) => {
        const where = `row ${String(at + 1)} of ${name}`;
        const row = listOf(cells, where);
        return stepOf(column => numberOf(row[columns.indexOf(column)], `${column} in ${where}`));
      }),
      endedAt: listOf(ends, `load_at_end_of_run of ${name}`).map(end => numberOf(end, `an end of ${name}`)),
    };
  });
  return { source: textOf(file['source'], 'source'), campaigns };
};
