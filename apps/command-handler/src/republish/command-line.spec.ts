import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

const wrong = (...args: readonly string[]): string => {
  try {
    return JSON.stringify(parseCommandLine(args));
  } catch (error) {
    return String(error);
  }
};

describe('the command line', () => {
  it('without anything settles commands', () => {
    expect(parseCommandLine([])).toEqual({ command: 'settle' });
  });

  it('migrates', () => {
    expect(parseCommandLine(['migrate'])).toEqual({ command: 'migrate' });
  });

  it('asks for help, whatever else it says', () => {
    expect(parseCommandLine(['--help'])).toEqual({ command: 'help' });
    expect(parseCommandLine(['republish', '--help'])).toEqual({ command: 'help' });
  });

  it.each([
    [[], undefined],
    [['--from', '2026-03-01'], '2026-03-01T00:00:00.000Z'],
    [['--from', '2026-03-01T12:00:00Z'], '2026-03-01T12:00:00.000Z'],
    [['--from=2026-03-01T12:00:00.250+01:00'], '2026-03-01T11:00:00.250Z'],
  ])('republishes %j', (options, from) => {
    const asked = parseCommandLine(['republish', ...options]);
    expect(asked.command === 'republish' && asked.from?.toISOString()).toBe(from);
  });

  it.each(['yesterday', '', '2026-02-30', '2026-03-01T12:00:00', '1', '01-03-2026'])('refuses %j as a date, and says what one looks like', text => {
    expect(wrong('republish', '--from', text)).toBe(
      `UsageError: --from is "${text}", it should be: a date such as 2026-03-01, or a time with its zone such as 2026-03-01T12:00:00Z`,
    );
  });

  it.each([
    [['repubish'], 'there is no command "repubish", it should be: republish, migrate, or none to settle commands'],
    [['republish', '2026-03-01'], '"2026-03-01" is too much, it should be: command-handler republish [--from DATE]'],
    [['migrate', 'up'], '"up" is too much, it should be: command-handler migrate'],
    [['migrate', '--from', '2026-03-01'], '"--from" is too much, it should be: command-handler migrate'],
    [['--from', '2026-03-01'], '--from belongs to republish: command-handler republish --from DATE'],
    [['republish', '--form', 'x'], `Unknown option '--form', it should be: command-handler [republish [--from DATE] | migrate] [--help]`],
    [['republish', '--from'], `Option '--from <value>' argument missing, it should be: command-handler [republish [--from DATE] | migrate] [--help]`],
    [['republish', '--from', '--help'], `Option '--from' argument is ambiguous, it should be: command-handler [republish [--from DATE] | migrate] [--help]`],
  ])('refuses %j, and says what it should be', (args, message) => {
    expect(wrong(...args)).toBe(`UsageError: ${message}`);
  });
});
