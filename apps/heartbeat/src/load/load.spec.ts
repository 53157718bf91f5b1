import { describe, expect, it } from 'vitest';
import { changedLoad, rateOf } from './load.ts';

const load = { batch: 1, intervalMs: 1_000 };
const batchShouldBe = 'batch should be a whole number from 0 to 100000';
const bodyShouldBe = 'the body should be a JSON object, such as {"batch": 10, "intervalMs": 100} or {"steps": [0, 10, 50], "seconds": 60}';
const intervalShouldBe = 'intervalMs should be a whole number of milliseconds from 10 to 60000';

describe('a change of the load', () => {
  it('takes what it names and leaves the rest', () => {
    expect(changedLoad(load, { batch: 5 })).toEqual({ batch: 5, intervalMs: 1_000 });
    expect(changedLoad(load, { intervalMs: 10 })).toEqual({ batch: 1, intervalMs: 10 });
    expect(changedLoad(load, { batch: 0, intervalMs: 60_000 })).toEqual({ batch: 0, intervalMs: 60_000 });
  });

  it.each([
    [{ batch: -1 }, [batchShouldBe]],
    [{ batch: 100_001 }, [batchShouldBe]],
    [{ batch: 1.5 }, [batchShouldBe]],
    [{ batch: '5' }, [batchShouldBe]],
    [{ intervalMs: 9 }, [intervalShouldBe]],
    [{ intervalMs: 60_001 }, [intervalShouldBe]],
    [{ batch: null, intervalMs: NaN }, [batchShouldBe, intervalShouldBe]],
    [{ rate: 5 }, ['there is no rate, only batch and intervalMs, or steps and seconds']],
    [[5], [bodyShouldBe]],
    [{}, [bodyShouldBe]],
    [undefined, [bodyShouldBe]],
  ])('is refused with what is wrong in it: %j', (body, errors) => {
    expect(changedLoad(load, body)).toEqual({ errors });
  });
});

it('the rate is heartbeats a second', () => {
  expect(rateOf({ batch: 5, intervalMs: 100 })).toBe(50);
});
