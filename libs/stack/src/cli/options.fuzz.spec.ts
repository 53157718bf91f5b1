import { isAbsolute } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRestart, parseStart, parseStop, UsageError } from './options.ts';

const words = fc.oneof(
  fc.constantFrom('--dir', '--ports', '--handler', '--without', '--fresh', '--foreground', '--help', '--', '-', '--fresh=yes', '--ports=20000', '--dir=', '--__proto__', 'kafka', 'heartbeat', '20000', '65528', '-1', '1e9', ''),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** What a command line asks for; undefined when it is refused with what is wrong. */
const asked = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UsageError && error.message !== '') return undefined;
    throw error;
  }
};

it('any command line is one that makes sense, or refused with what is wrong', () => {
  fc.assert(fc.property(fc.array(words, { maxLength: 5 }), args => {
    const start = asked(() => parseStart(args));
    if (start) {
      expect(isAbsolute(start.folder) && start.handler?.trim() !== '').toBe(true);
      for (const port of Object.values(start.ports ?? {})) if (typeof port === 'number') expect(port >= 1_024 && port <= 65_535).toBe(true);
      for (const part of start.without) expect(args.some(arg => arg.endsWith(part))).toBe(true);
    }
    const restart = asked(() => parseRestart(args));
    if (restart?.part !== undefined) expect(args).toContain(restart.part);
    asked(() => parseStop(args));
  }), { numRuns: 10_000 });
});
