/** The selectors of PromQL expressions, each of which names its job: job="a" or job=~"a|b". */

export type Selector = {
  readonly metric: string;
  readonly jobs: readonly string[];
  /** What a sample's text has to hold besides: `name="value"`, or `name="` where the value is told by a pattern. */
  readonly labels: readonly string[];
};

/** @throws Error when a selector names no job, or a metric stands without a selector */
export const selectorsIn = (expr: string): readonly Selector[] => {
  const selectors = [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].map(([, metric = '', matchers = '']) => selectorOf(metric, matchers));
  const bare = bareNamesIn(expr);
  if (bare.length > 0) throw new Error(`without a job: ${bare.join(', ')} in ${expr}`);
  return selectors;
};

const selectorOf = (metric: string, text: string): Selector => {
  const matchers = [...text.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(([, name = '', operator = '', value = '']) => ({ name, operator, value }));
  const jobs = matchers.filter(({ name }) => name === 'job').flatMap(({ value }) => value.split('|'));
  if (jobs.length === 0) throw new Error(`without a job: ${metric}{${text}}`);
  const others = matchers.filter(({ name }) => name !== 'job');
  return { metric, jobs, labels: others.map(({ name, operator, value }) => (operator === '=' ? `${name}="${value}"` : `${name}="`)) };
};

const words: readonly string[] = ['and', 'or', 'unless', 'by', 'on', 'without', 'ignoring', 'offset'];

/** Names that are neither selected, nor of a function, nor labels. */
const bareNamesIn = (expr: string): readonly string[] => {
  const rest = expr
    .replaceAll(/[a-zA-Z_:][\w:]*\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '')
    .replaceAll(/\boffset\s+\w+/g, '');
  return [...rest.matchAll(/\b[a-zA-Z_]\w*\b(?!\s*\()/g)].map(([name]) => name).filter(name => !words.includes(name));
};
