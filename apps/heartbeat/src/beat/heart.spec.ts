import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heart } from './heart.ts';

/** A broker's side of the sends: each waits to be answered. */
class Sends {
  readonly beats: (readonly bigint[])[] = [];
  #answers: PromiseWithResolvers<void>[] = [];

  readonly send = (beats: readonly bigint[]): Promise<void> => {
    this.beats.push(beats);
    const answer = Promise.withResolvers<void>();
    this.#answers.push(answer);
    return answer.promise;
  };

  acknowledge(): void {
    this.#answers.shift()?.resolve();
  }

  refuse(): void {
    this.#answers.shift()?.reject(new Error('refused'));
  }
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const load = { batch: 2, intervalMs: 100 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('a heart', () => {
  it('sends a batch each interval, numbered from 0 without a gap', async () => {
    const sends = new Sends();
    const heart = new Heart({ load, send: sends.send });
    for (let beat = 0; beat < 3; beat += 1) {
      await pass(100);
      sends.acknowledge();
    }
    await pass(0);
    expect(sends.beats).toEqual([[0n, 1n], [2n, 3n], [4n, 5n]]);
    expect([heart.sent, heart.missed]).toEqual([6, 0]);
    await heart[Symbol.asyncDispose]();
  });

  it('has one send in hand at a time; what becomes due meanwhile goes with the next', async () => {
    const sends = new Sends();
    const heart = new Heart({ load, send: sends.send });
    await pass(500);
    expect(sends.beats).toEqual([[0n, 1n]]);
    expect(heart.lateMs).toBe(400);
    sends.acknowledge();
    await pass(0);
    expect(sends.beats[1]).toEqual([2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
    sends.acknowledge();
    await heart[Symbol.asyncDispose]();
    expect(heart.lateMs).toBe(0);
  });

  it('counts as missed what the broker could not take in time, and resumes at its rate', async () => {
    const sends = new Sends();
    const heart = new Heart({ load, send: sends.send });
    await pass(10_000);
    expect([heart.sent, heart.missed]).toEqual([0, 200 - 2 - 20]);
    sends.acknowledge();
    await pass(0);
    sends.acknowledge();
    await pass(100);
    sends.acknowledge();
    await pass(0);
    expect([heart.sent, heart.missed]).toEqual([24, 178]);
    await heart[Symbol.asyncDispose]();
  });

  it('counts a send that is given up as missed, and sends its numbers again', async () => {
    const sends = new Sends();
    const heart = new Heart({ load, send: sends.send });
    await pass(100);
    sends.refuse();
    await pass(100);
    expect(sends.beats).toEqual([[0n, 1n], [0n, 1n]]);
    expect([heart.sent, heart.missed]).toEqual([0, 2]);
    sends.acknowledge();
    await heart[Symbol.asyncDispose]();
  });

  it('follows another load at once', async () => {
    const sends = new Sends();
    const heart = new Heart({ load: { batch: 1, intervalMs: 60_000 }, send: sends.send });
    await pass(30_000);
    heart.change({ batch: 3, intervalMs: 10 });
    await pass(0);
    expect(sends.beats).toEqual([[0n, 1n, 2n]]);
    sends.acknowledge();
    await heart[Symbol.asyncDispose]();
  });

  it('goes through steps by the clock, and then back to the load before', async () => {
    const sends = new Sends();
    const heart = new Heart({ load: { batch: 1, intervalMs: 1_000 }, send: sends.send });
    await pass(950);
    heart.changeBySteps({ steps: [0, 40, 3], seconds: 2 });
    const loads: unknown[] = [];
    for (let step = 0; step < 3; step += 1) {
      await pass(1_999);
      loads.push(heart.load, heart.steps?.stepsDone);
      await pass(1);
    }
    expect(loads).toEqual([{ batch: 0, intervalMs: 100 }, 0, { batch: 4, intervalMs: 100 }, 1, { batch: 3, intervalMs: 1_000 }, 2]);
    expect([heart.load, heart.steps]).toEqual([{ batch: 1, intervalMs: 1_000 }, { steps: [0, 40, 3], seconds: 2, stepsDone: 3, secondsLeft: 0 }]);
    await pass(999);
    sends.acknowledge();
    await pass(0);
    sends.acknowledge();
    await heart[Symbol.asyncDispose]();
    expect(heart.sent + heart.missed).toBe(0 + 80 + 6);
  });

  it('goes back to the load before the first steps when others took their place, and stays with a load that did', async () => {
    const sends = new Sends();
    const heart = new Heart({ load, send: sends.send });
    heart.changeBySteps({ steps: [5], seconds: 60 });
    await pass(1);
    heart.changeBySteps({ steps: [0], seconds: 1 });
    await pass(1_000);
    expect(heart.load).toEqual(load);
    heart.changeBySteps({ steps: [5], seconds: 1 });
    heart.change({ batch: 0, intervalMs: 50 });
    await pass(2_000);
    expect([heart.load, heart.steps, sends.beats]).toEqual([{ batch: 0, intervalMs: 50 }, undefined, []]);
    await heart[Symbol.asyncDispose]();
  });

  it('never sends more at once than a batch of records holds', async () => {
    const sends = new Sends();
    const heart = new Heart({ load: { batch: 12_000, intervalMs: 1_000 }, send: sends.send });
    await pass(1_000);
    for (let send = 0; send < 3; send += 1) {
      sends.acknowledge();
      await pass(0);
    }
    expect(sends.beats.map(({ length }) => length)).toEqual([5_000, 5_000, 2_000]);
    await heart[Symbol.asyncDispose]();
  });

  it('stops with its send in hand acknowledged, and no further one begun', async () => {
    const sends = new Sends();
    const heart = new Heart({ load, send: sends.send });
    await pass(300);
    const stopped = heart[Symbol.asyncDispose]();
    sends.acknowledge();
    await stopped;
    await pass(1_000);
    expect(sends.beats).toEqual([[0n, 1n]]);
    expect([heart.sent, heart.missed]).toEqual([2, 4]);
  });
});
