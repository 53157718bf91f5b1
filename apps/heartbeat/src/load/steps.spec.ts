import { describe, expect, it } from 'vitest';
import { rateOf } from './load.ts';
import { asksForSteps, Course, loadAt, stepsIn } from './steps.ts';

const stepsShouldBe = 'steps should be a list of 1 to 100 rates, heartbeats a second, whole numbers from 0 to 100000';
const secondsShouldBe = 'seconds should be a whole number from 1 to 3600, how long each step lasts';

describe('steps', () => {
  it('are rates and how long each lasts', () => {
    expect(stepsIn({ steps: [0, 10, 3_000], seconds: 60 })).toEqual({ steps: [0, 10, 3_000], seconds: 60 });
  });

  it.each([
    [{ steps: [0, 10] }, [secondsShouldBe]],
    [{ seconds: 60 }, [stepsShouldBe]],
    [{ steps: [], seconds: 60 }, [stepsShouldBe]],
    [{ steps: Array(101).fill(1), seconds: 60 }, [stepsShouldBe]],
    [{ steps: [-1, 1.5, '10', 100_001], seconds: 60 }, [stepsShouldBe]],
    [{ steps: 10, seconds: 0 }, [stepsShouldBe, secondsShouldBe]],
    [{ steps: [10], seconds: 3_601 }, [secondsShouldBe]],
    [{ steps: [10], seconds: 60, batch: 5 }, ['there is no batch, only steps and seconds']],
  ])('are refused with what is wrong in them: %j', (body, errors) => {
    expect(stepsIn(body)).toEqual({ errors });
  });

  it('are what a body asks for that names either part of them', () => {
    expect([{ steps: 1 }, { seconds: 1 }, { batch: 1 }, [1], 'steps', null, undefined].map(asksForSteps)).toEqual([true, true, false, false, false, false, false]);
  });
});

describe('the load of a rate', () => {
  it('is of that rate, with whole batches in every second', () => {
    for (const perSecond of [0, 1, 2, 5, 7, 10, 25, 3_000, 99_999]) {
      const load = loadAt(perSecond);
      expect(rateOf(load)).toBe(perSecond);
      expect([load.batch % 1, 1_000 % load.intervalMs]).toEqual([0, 0]);
    }
    expect(loadAt(3_000)).toEqual({ batch: 300, intervalMs: 100 });
  });
});

describe('a course of steps', () => {
  const after = { batch: 1, intervalMs: 1_000 };

  it('turns when the clock has come to it, each once, and at last to the load after', () => {
    const course = new Course({ steps: [10, 20], seconds: 3 }, { beginMs: 500, after });
    expect(course.takeTurns(500)).toEqual([{ load: { batch: 1, intervalMs: 100 }, atMs: 500 }]);
    expect(course.takeTurns(3_499)).toEqual([]);
    expect(course.progress(3_499)).toEqual({ steps: [10, 20], seconds: 3, stepsDone: 0, secondsLeft: 3.001 });
    expect(course.takeTurns(60_000)).toEqual([{ load: { batch: 2, intervalMs: 100 }, atMs: 3_500 }, { load: after, atMs: 6_500 }]);
    expect(course.progress(60_000)).toMatchObject({ stepsDone: 2, secondsLeft: 0 });
    expect(course.takeTurns(60_001)).toEqual([]);
  });
});
