import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger, Health, Retry } from '@bank/service';
import { inTransaction } from '@bank/service/database';
import { createSuite } from '@bank/stack';
import { ibanOf } from '@bank/topology';
import { createTables, type Database } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { Bell } from './bell.ts';
import { accountKey, ring } from './keys.ts';

const resources = new AsyncDisposableStack();
const health = new Health();
let database: Database;

/** The bell of one more instance. */
const newBell = async (): Promise<Bell> => {
  const retry = new Retry('listening', { health, log: createLogger('spec', 'fatal') });
  return resources.use(await Bell.connect(database.url, { retry, signal: new AbortController().signal }));
};

beforeAll(async () => {
  const suite = resources.use(await createSuite());
  database = resources.use(await createTables(suite));
});
afterAll(() => resources.disposeAsync());

const [annas, bens] = [accountKey(ibanOf('0000000001')), accountKey(ibanOf('0000000002'))];
const never = new AbortController().signal;

describe('the bell', () => {
  it('wakes who waits, on every instance', async () => {
    const waiters = [(await newBell()).waitFor([annas]), (await newBell()).waitFor([bens, annas])];
    await ring(database.pool, [annas]);
    await Promise.all(waiters.map(waiter => waiter.wait(never)));
  });

  it('rings when the transaction commits, and not at all when it is rolled back', async () => {
    const waiter = (await newBell()).waitFor([annas]);
    let hasRung = false;
    const woken = waiter.wait(never).then(() => (hasRung = true));
    await expect(inTransaction(database.pool, async client => {
      await ring(client, [annas]);
      throw new Error('changed its mind');
    })).rejects.toThrow('changed its mind');
    await inTransaction(database.pool, async client => {
      await ring(client, [annas]);
      await client.query('select');
      expect(hasRung).toBe(false);
    });
    await woken;
  });

  it('leaves in peace who waits for something else', async () => {
    const bell = await newBell();
    const [ben, anna] = [bell.waitFor([bens]), bell.waitFor([annas])];
    const patience = new AbortController();
    let isBenWoken = false;
    const bensWait = ben.wait(patience.signal).then(() => (isBenWoken = !patience.signal.aborted));
    await ring(database.pool, [annas]);
    await anna.wait(never);
    patience.abort();
    await bensWait;
    expect(isBenWoken).toBe(false);
  });

  it('wakes everybody once when its connection was lost, for a ring may have been missed', async () => {
    const waiter = (await newBell()).waitFor([annas]);
    const woken = waiter.wait(never);
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'`,
    );
    await woken;
    await ring(database.pool, [annas]);
    await waiter.wait(never);
    await eventually(() => Promise.resolve(health.objections()), objections => Object.keys(objections).length === 0);
  });
});
