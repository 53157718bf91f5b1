import { describe, expect, it } from 'vitest';
import { startProgram, type Program } from '@bank/stack';
import { relyOn } from './reliance.ts';

/** A handler that says it is ready and does nothing but this. */
const start = (script: string): Promise<Program> => {
  const ready = `require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')`;
  return startProgram('command-handler', { env: {}, replacement: `node -e "${ready}; ${script}"` });
};

describe('who relies on a handler', () => {
  it('gets what it waits for', async () => {
    await using idle = await start('');
    expect(await relyOn(idle, () => Promise.resolve(7))).toBe(7);
  });

  it('is shown what one wrote that did not do it', async () => {
    await using idle = await start(`console.log('I have nothing to do')`);
    await expect(relyOn(idle, () => Promise.reject(new Error('2 of 2 accounts were not opened')))).rejects.toThrow(
      /^2 of 2 accounts were not opened\nThe end of the handler's log:\nI have nothing to do$/,
    );
  });

  it('need not wait for one that has ended', async () => {
    await using dead = await start('setTimeout(() => process.exit(3), 300)');
    await expect(relyOn(dead, () => new Promise(() => undefined))).rejects.toThrow(/^the handler ended with code 3\nThe handler wrote nothing\.$/);
  });
});
