import { describe, expect, it } from 'vitest';
import { Health } from './health.ts';
import { createLogger } from './logging.ts';
import { Retry } from './retry.ts';

const log = createLogger('test', 'silent');
const never = new AbortController().signal;

describe('work that must be done', () => {
  it('is tried again until it succeeds; the service is not ready meanwhile and says why', async () => {
    const health = new Health();
    const objections: unknown[] = [];
    let tries = 0;
    const result = await new Retry('settling', { health, log }).until(() => {
      objections.push(health.objections());
      tries += 1;
      return tries < 3 ? Promise.reject(new Error('away')) : Promise.resolve('done');
    }, { signal: never });
    expect(result).toBe('done');
    expect(objections).toEqual([{}, { settling: 'away' }, { settling: 'away' }]);
    expect(health.objections()).toEqual({});
  });

  it('is given up at once for an error that no further try can mend', async () => {
    let tries = 0;
    const work = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new Error('refused for good'));
    };
    await expect(new Retry('x', { health: new Health(), log }).until(work, { signal: never, isFinal: () => true })).rejects.toThrow('refused for good');
    expect(tries).toBe(1);
  });

  it('is given up when the service is to stop', async () => {
    const stopping = new AbortController();
    const work = new Retry('x', { health: new Health(), log }).until(() => Promise.reject(new Error('away')), { signal: stopping.signal });
    stopping.abort();
    await expect(work).rejects.toThrow('away');
  });
});
