import { describe, expect, it } from 'vitest';
import { scenarios } from './figures.ts';
import { commandOf } from './scenario.ts';

describe('a scenario that is compared', () => {
  it.for(scenarios)('is run as by hand: %s', async scenario => {
    expect(await commandOf(scenario)).toMatch(new RegExp(`^node .* apps/bench/src/${scenario}.*/main\\.ts$`));
  });
});
