import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limitRules, objectionToCost, parseOptions } from './query-limits.ts';

const schema = buildSchema(`
  type Query { nodes(first: Int! = 20): [Node!]! node: Node }
  type Node { id: ID nodes(first: Int! = 20): [Node!]! node: Node }
`);

const problemsOf = (query: string): readonly string[] =>
  validate(schema, parse(query, parseOptions), [...specifiedRules, ...limitRules]).map(({ message }) => message);

const costObjection = (query: string, variables: Record<string, unknown> = {}, operationName?: string): string | undefined =>
  objectionToCost(schema, parse(query), { variables, operationName })?.message;

const nested = (levels: number): string => `${'{ node '.repeat(levels - 1)}{ node { id } }${' }'.repeat(levels - 1)}`;

describe('a document', () => {
  it('may be twelve levels deep, and no deeper', () => {
    expect(problemsOf(nested(11))).toEqual([]);
    expect(problemsOf(nested(12))).toEqual(['Query depth limit of 12 exceeded, found 13.']);
  });

  it('is as deep as its fragments make it', () => {
    const fragments = Array.from({ length: 13 }, (_, at) => `fragment f${at} on Node { node { ${at === 12 ? 'id' : `...f${at + 1}`} } }`);
    expect(problemsOf(`{ node { ...f0 } } ${fragments.join(' ')}`)).toEqual(['Query depth limit of 12 exceeded, found 15.']);
  });

  it('may have twenty aliases, counted as often as a fragment with them is spread', () => {
    const aliases = (count: number): string => Array.from({ length: count }, (_, at) => `a${at}: node { id }`).join(' ');
    expect(problemsOf(`{ ${aliases(20)} }`)).toEqual([]);
    expect(problemsOf(`{ ${aliases(21)} }`)).toEqual(['Aliases limit of 20 exceeded, found 21.']);
    expect(problemsOf(`{ node { ...f } x: node { ...f } } fragment f on Node { ${aliases(11)} }`)).toEqual([
      'Aliases limit of 20 exceeded, found 23.',
    ]);
  });

  it('ends after two thousand tokens, however deep it would be', () => {
    expect(() => parse(nested(10_000), parseOptions)).toThrow('more that 2000 tokens');
  });
});

describe('an operation', () => {
  it('costs what it asks for, whether that is written down, a default or a variable', () => {
    expect(costObjection('{ nodes(first: 250) { id } }')).toBeUndefined();
    expect(costObjection('{ nodes(first: 250) { nodes(first: 250) { id } } }')).toContain('the operation costs 62751');
    expect(costObjection('query ($many: Int!) { nodes(first: $many) { nodes(first: $many) { id } } }', { many: 250 })).toContain('62751');
    expect(costObjection('query ($many: Int!) { nodes(first: $many) { nodes(first: $many) { id } } }', { many: 5 })).toBeUndefined();
    expect(costObjection('{ nodes { nodes { nodes { nodes { id } } } } }')).toContain('the operation costs 168421');
  });

  it('costs for itself only, not for the others of its document', () => {
    const document = 'query a { node { id } } query b { nodes(first: 250) { nodes(first: 250) { id } } }';
    expect(costObjection(document, {}, 'a')).toBeUndefined();
    expect(costObjection(document, {}, 'b')).toContain('62751');
  });

  it('whose fragments double at every level is not counted to the end', () => {
    const fragments = Array.from({ length: 60 }, (_, at) => `fragment f${at} on Node { ${at === 59 ? 'id' : `...f${at + 1} ...f${at + 1}`} }`);
    expect(costObjection(`{ node { ...f0 } } ${fragments.join(' ')}`)).toBe('Query exceeds the maximum allowed number of nodes.');
  });

  it('whose variables are not what they should be is told so', () => {
    expect(costObjection('query ($many: Int!) { nodes(first: $many) { id } }', { many: 'all' })).toContain('Variable "$many" got invalid value "all"');
  });
});
