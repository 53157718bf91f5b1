import { expect, it } from 'vitest';
import { openBank } from '../bank/bank.ts';
import { putLoad } from './load.ts';
import { LoadSource } from './source.ts';

it('a load comes to exactly as many heartbeats as asked for, a command of each, and a feedback of each command', async () => {
  await using bank = await openBank();
  await using programs = new AsyncDisposableStack();
  programs.use(await bank.startHandler());
  const source = programs.use(await LoadSource.start(bank, 'a seed'));
  const begun: number[] = [];
  const { totals, steps } = await putLoad(bank, source, { steps: [10, 400], seconds: 1, windowMs: 1_000, onStep: at => begun.push(at) });
  expect(begun).toEqual([0, 1]);
  expect(totals).toMatchObject({ asked: 410, heartbeats: 410 - totals.missed });
  expect(totals.commands + totals.withoutCommand).toBe(totals.heartbeats);
  expect(totals.feedback).toBe(totals.commands);
  expect(totals.confirmed).toBeGreaterThan(totals.feedback * 0.95);
  expect(steps.map(({ perSecond }) => perSecond)).toEqual([10, 400]);
  await expect(source.run({ steps: [-1], seconds: 1 })).rejects.toThrow(/the heartbeat refuses the load: .*steps should be/);
});
