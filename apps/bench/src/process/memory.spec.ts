import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { memoryOf } from './memory.ts';

const mebibyte = 1024 * 1024;

describe('the memory of a process', () => {
  it('counts what its children take', async () => {
    const before = memoryOf(process.pid);
    const child = spawn(process.execPath, ['-e', 'globalThis.held = Buffer.alloc(150 * 2 ** 20, 1); console.log("ready"); setInterval(() => {}, 1e6)']);
    await once(child.stdout, 'data');
    expect(memoryOf(process.pid) - before).toBeGreaterThan(150 * mebibyte);
    child.kill();
    await once(child, 'exit');
  });

  it('is nothing when there is no such process', () => {
    expect(memoryOf(2 ** 30)).toBe(0);
  });
});
