import { describe, expect, it } from 'vitest';
import type { Clicked } from './account-page.ts';
import { achievedOf } from './achieved.ts';
import type { Observation } from './observation.ts';
import { loadAtEndOf, rowsOf, type TracedStep } from './report.ts';
import { line, tables } from './tables.ts';
import { usualClicks, type Trace } from './trace.ts';
import { usedIn } from './use.ts';

const mebibyte = 2 ** 20;

/** What was seen some seconds after a beginning: written heartbeats, and what the handler used. */
const observation = (seconds: number, heartbeats: number, handler: { readonly seconds: number; readonly mebibytes: number }): Observation => ({
  atMs: 1_000_000 + seconds * 1_000,
  written: { heartbeats, commands: heartbeats + seconds, answers: heartbeats + seconds },
  machineSeconds: { busy: 2 * handler.seconds, stolen: 0 },
  parts: new Map([['handler', { processorSeconds: handler.seconds, memoryBytes: handler.mebibytes * mebibyte }]]),
});

const shown = (latencyMs: number, kind: Clicked['kind'] = 'deposit'): Clicked =>
  ({ kind, dueMs: 1_000, isMiss: false, clickedMs: 1_001, shownMs: 1_000 + latencyMs, transferId: `took ${latencyMs}` });
const missed: Clicked = { kind: 'transfer', dueMs: 2_000, isMiss: true, said: 'pending' };

const trace: Trace = { kind: 'deposit', latencyMs: 20, tookMs: { click: 1, command: 4, settled: 3, changed: 2, shown: 10, feedback: 2 } };

const step = (load: number, latencies: readonly number[], misses = 0): TracedStep => ({
  step: {
    load,
    clicks: [...latencies.map(ms => shown(ms)), ...Array<Clicked>(misses).fill(missed)],
    observations: [observation(0, 0, { seconds: 1, mebibytes: 80 }), observation(10, load * 10, { seconds: 3, mebibytes: 90 }), observation(20, load * 20, { seconds: 5, mebibytes: 100 })],
    missedHeartbeats: 0,
  },
  traces: [trace],
});

describe('the load that was there', () => {
  const at = (seconds: number, heartbeats: number): Observation => observation(seconds, heartbeats, { seconds: 0, mebibytes: 0 });

  it('is told for the whole, and for the 30 s in which it was furthest from what was asked', () => {
    const observations = [at(0, 0), at(10, 1_000), at(20, 2_000), at(30, 3_000), at(40, 3_700), at(50, 4_700), at(60, 5_700)];
    const { heartbeats, commands, worstWindow } = achievedOf(100, observations);
    expect(heartbeats).toBe(95);
    expect(commands).toBe(96);
    expect(worstWindow).toEqual({ heartbeats: 90, seconds: 30 });
  });

  it('is told of the whole when that is shorter', () => {
    expect(achievedOf(100, [at(0, 0), at(10, 990)]).worstWindow).toEqual({ heartbeats: 99, seconds: 10 });
    expect(() => achievedOf(100, [at(0, 0)])).toThrow('a rate needs two observations');
  });
});

it('what was used is told of each part, and of the machine beside them', () => {
  const { step: { observations } } = step(10, []);
  expect(usedIn(observations)).toEqual({ parts: { handler: { cpuPercent: 20, memoryMiB: 90 } }, othersPercent: 20, stolenPercent: 0 });
});

describe('runs', () => {
  const runs = [[step(0, [10, 20, 30]), step(50, [40], 2)], [step(0, [20, 30, 40])]];

  it('are a row for each load, in which a miss counts as the 5 s that it took at least', () => {
    const [idle, loaded] = rowsOf(runs);
    expect(idle).toMatchObject({ load: 0, n: 6, misses: 0, parts: { handler: { cpuPercent: 20, memoryMiB: 90 } } });
    expect(idle?.latencyMs.mean).toBeCloseTo(25, 0);
    expect(idle?.runs.map(({ n, traces }) => [n, traces.length])).toEqual([[3, 1], [3, 1]]);
    expect(loaded).toMatchObject({ load: 50, n: 3, misses: 2 });
    expect(loaded?.latencyMs.max).toBeGreaterThanOrEqual(5_000);
  });

  it('end at the load of their last step', () => {
    expect(loadAtEndOf(runs)).toEqual([50, 0]);
  });

  it('are told in a line for each step, and in tables at the end', () => {
    const [row] = rowsOf(runs);
    const [measured] = row?.runs ?? [];
    expect(measured && line(measured).trim().split(/\s+/).slice(0, 8)).toEqual(['0', '0.0', '1.0', '1.0', '–', '0', '3', '0']);
    const text = tables(rowsOf(runs), runs);
    for (const expected of [/^ +50 +3 +2 /m, /^ +0 +20\.0 +20\.0 +0\.0$/m, /^ +0 +deposit +1\.0 +4\.0 +3\.0 +2\.0 +10\.0 +20\.0 +2\.0$/m]) expect(text).toMatch(expected);
  });
});

it('a usual click of each kind is the one in the middle; a miss is none', () => {
  const clicks = [shown(10), shown(500), shown(20), missed, shown(30, 'transfer')];
  expect(usualClicks(clicks).map(({ transferId }) => transferId)).toEqual(['took 20', 'took 30']);
});
