import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

const wrong = (...args: readonly string[]): string => {
  try {
    return parseCommandLine(args);
  } catch (error) {
    return String(error);
  }
};

describe('the command line', () => {
  it.each([
    [[], 'serve'],
    [['rebuild'], 'rebuild'],
    [['migrate'], 'migrate'],
    [['--help'], 'help'],
    [['rebuild', '--help'], 'help'],
  ])('%j asks to %s', (args, command) => {
    expect(parseCommandLine(args)).toBe(command);
  });

  it.each([
    [['rebuilt'], 'there is no command "rebuilt", it should be: graphql-endpoint [rebuild | migrate] [--help]'],
    [['rebuild', 'now'], '"now" is too much, it should be: graphql-endpoint [rebuild | migrate] [--help]'],
    [['--force'], `Unknown option '--force', it should be: graphql-endpoint [rebuild | migrate] [--help]`],
  ])('refuses %j, and says what it should be', (args, message) => {
    expect(wrong(...args)).toBe(`UsageError: ${message}`);
  });
});
