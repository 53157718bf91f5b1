import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { machineProcessorSeconds, processorSecondsOf } from './processor.ts';

describe('the processor time of a process', () => {
  it('counts what its children work', async () => {
    const before = processorSecondsOf(process.pid);
    const work = 'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end); console.log("done"); setInterval(() => {}, 1e6)';
    const child = spawn(process.execPath, ['-e', work]);
    await once(child.stdout, 'data');
    expect(processorSecondsOf(process.pid) - before).toBeGreaterThan(0.25);
    child.kill();
    await once(child, 'exit');
  });

  it('is nothing when there is no such process', () => {
    expect(processorSecondsOf(2 ** 30)).toBe(0);
  });
});

it('the processor time of the machine counts what its processes work', () => {
  const before = machineProcessorSeconds();
  const end = process.cpuUsage().user + 3e5;
  while (process.cpuUsage().user < end);
  expect(machineProcessorSeconds().busy - before.busy).toBeGreaterThan(0.25);
});
