import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConfigError, readConfig, serviceConfig } from '@bank/service';
import { changedLoad, loadVariables } from './load.ts';
import { asksForSteps, stepsIn } from './steps.ts';

const load = { batch: 1, intervalMs: 1_000 };
const number = fc.oneof(fc.integer({ min: -1, max: 100_001 }), fc.double(), fc.constantFrom(9, 10, 60_000, 60_001, 3_600, 3_601, 1e300, '5', null, true));
const bodies = fc.oneof(
  fc.record({ batch: number, intervalMs: number }, { requiredKeys: [] }),
  fc.record({ steps: fc.oneof(fc.array(number, { maxLength: 4 }), number, fc.constant(Array(101).fill(1))), seconds: number }, { requiredKeys: [] }),
  fc.record({ batch: number, ['__proto__']: number, constructor: number, rate: number }, { requiredKeys: [] }),
  fc.jsonValue({ maxDepth: 2 }),
).map((body): unknown => JSON.parse(JSON.stringify(body)));

const isWhole = (value: number, min: number, max: number): boolean => Number.isInteger(value) && value >= min && value <= max;

it('any body of a request is a load or steps within the bounds, or refused in sentences', () => {
  fc.assert(fc.property(bodies, body => {
    const asked = asksForSteps(body) ? stepsIn(body) : changedLoad(load, body);
    if ('errors' in asked) return asked.errors.length > 0 && asked.errors.every(error => /^(batch|intervalMs|steps|seconds|there is no|the body) .+/s.test(error));
    const known = Object.keys(body as object).every(name => ['batch', 'intervalMs', 'steps', 'seconds'].includes(name));
    if ('steps' in asked) return known && isWhole(asked.steps.length, 1, 100) && asked.steps.every(step => isWhole(step, 0, 100_000)) && isWhole(asked.seconds, 1, 3_600);
    return known && isWhole(asked.batch, 0, 100_000) && isWhole(asked.intervalMs, 10, 60_000);
  }), { numRuns: 10_000 });
});

it('any variables are a load within the bounds, or an error with a line for each that is wrong', () => {
  const text = fc.oneof(fc.nat(100_010).map(String), fc.double().map(String), fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom(' ', '1e3', '0x10', '10\n'));
  fc.assert(fc.property(text, text, (batch, intervalMs) => {
    try {
      const config = readConfig(serviceConfig.extend(loadVariables), { PORT: '0', HEARTBEAT_BATCH: batch, HEARTBEAT_INTERVAL_MS: intervalMs });
      expect([batch === '' || Number.parseInt(batch, 10) === config.HEARTBEAT_BATCH, isWhole(config.HEARTBEAT_BATCH, 0, 100_000), isWhole(config.HEARTBEAT_INTERVAL_MS, 10, 60_000)]).toEqual([true, true, true]);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.message).toMatch(/^HEARTBEAT_(BATCH|INTERVAL_MS) is .+, it should be: a whole number/s);
    }
  }), { numRuns: 10_000 });
});
