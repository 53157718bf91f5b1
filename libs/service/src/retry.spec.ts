import { describe, expect, it } from 'vitest';
import { Health } from './health.ts';
import { createLogger } from './logging.ts';
import { Retry } from './retry.ts';

const log = createLogger('test', 'silent');
const never = new AbortController().signal;

describe('work that is retried', () => {
  it('is tried until it succeeds; the service is not ready meanwhile and says why', async () => {
    const health = new Health();
    const told: unknown[] = [];
    const telling = createLogger('test', 'info', { write: () => told.push(health.objections()) });
    let tries = 0;
    const result = await new Retry('settling', { health, log: telling }).until(() => {
      tries += 1;
      return tries < 3 ? Promise.reject(new Error('away')) : Promise.resolve('done');
    }, { signal: never });
    expect(result).toBe('done');
    expect(told).toEqual([{ settling: 'away' }, { settling: 'away' }, {}]);
  });

  it('that failed keeps the service from being ready while its next try is under way, whatever else succeeds', async () => {
    const health = new Health();
    const sending = new Retry('sending', { health, log });
    const hanging = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<string>();
    let tries = 0;
    const sent = sending.until(() => {
      tries += 1;
      if (tries === 1) return Promise.reject(new Error('no answer'));
      hanging.resolve();
      return answer.promise;
    }, { signal: never });
    await hanging.promise;
    await sending.until(() => Promise.resolve('something else'), { signal: never });
    expect(health.objections()).toEqual({ sending: 'no answer' });
    answer.resolve('sent');
    expect(await sent).toBe('sent');
    expect(health.objections()).toEqual({});
  });

  it('that may wait is no objection while a try is under way, however long that waits for something to do', async () => {
    const health = new Health();
    const waiting = Promise.withResolvers<void>();
    const message = Promise.withResolvers<string>();
    let tries = 0;
    const taken = new Retry('taking', { health, log }).until(() => {
      tries += 1;
      if (tries === 1) return Promise.reject(new Error('away'));
      waiting.resolve();
      return message.promise;
    }, { signal: never, mayWait: true });
    await waiting.promise;
    expect(health.objections()).toEqual({});
    message.resolve('a message');
    expect(await taken).toBe('a message');
  });

  it('is given up at once for an error that no further try can mend', async () => {
    let tries = 0;
    const work = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new Error('refused for good'));
    };
    const health = new Health();
    await expect(new Retry('x', { health, log }).until(work, { signal: never, isFinal: () => true })).rejects.toThrow('refused for good');
    expect(tries).toBe(1);
    expect(health.objections()).toEqual({});
  });

  it('is given up at once for an error that says itself that it is final', async () => {
    const refused = Object.assign(new Error('refused for good'), { isFinal: true });
    await expect(new Retry('x', { health: new Health(), log }).until(() => Promise.reject(refused), { signal: never })).rejects.toBe(refused);
  });

  it('is given up without a further try when the service is to stop', async () => {
    const stopping = new AbortController();
    // The line is written when the try has failed and the wait for the next is about to begin.
    const telling = createLogger('test', 'info', { write: () => stopping.abort() });
    let tries = 0;
    const work = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new Error('away'));
    };
    await expect(new Retry('x', { health: new Health(), log: telling }).until(work, { signal: stopping.signal })).rejects.toThrow('away');
    expect(tries).toBe(1);
  });
});
