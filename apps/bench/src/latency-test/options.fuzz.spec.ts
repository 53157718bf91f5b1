import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

const words = fc.oneof(
  fc.constantFrom('--steps', '--seconds', '--warm-up', '--runs', '--quick', '--bank', '--handler', '--with-env', 'A=B', '=', '0,10,50', '10,', '1e3', '60', '0', 'Infinity', ' 5', '--', '--data-dir', '--steps=0', ''),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

it('any command line is a plan that can be run, or refused with what is wrong', () => {
  fc.assert(fc.property(fc.array(words, { maxLength: 6 }), args => {
    let options: ReturnType<typeof readOptions>;
    try {
      options = readOptions(args);
    } catch (error) {
      expect(error).toMatchObject({ message: expect.stringMatching(/./) as unknown });
      return;
    }
    if (options === undefined) return;
    const { loads, seconds, runs, warmUp, handlerEnv } = options;
    expect(loads.length > 0 && loads.every(load => Number.isSafeInteger(load) && load % 10 === 0)).toBe(true);
    expect([seconds, runs, warmUp.seconds].every(count => Number.isSafeInteger(count) && count >= 1)).toBe(true);
    expect(Object.keys(handlerEnv)).not.toContain('');
  }), { numRuns: 10_000 });
});
