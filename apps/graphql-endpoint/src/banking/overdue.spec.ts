import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool } from '@bank/service/database';
import { createSuite } from '@bank/stack';
import { createTables, type Database } from '../testing/database.ts';
import { Commands } from './commands.ts';
import { Creations } from './creations.ts';

let database: Database;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  database = resources.use(await createTables(resources.use(await createSuite())));
});
afterAll(() => resources.disposeAsync());

const howMany = 2_000;
const instances = 3;

/** Has several instances, on connections of their own, take on what is overdue until none finds more; gives all that they took. */
const takenByAll = async <V>(look: (pool: Database['pool']) => { takeOverdue(): Promise<readonly V[]> }): Promise<readonly V[]> => {
  const sweep = async (): Promise<readonly V[]> => {
    await using stack = new AsyncDisposableStack();
    const pool = stack.adopt(createPool(database.url, { max: 1, onIdleError: () => undefined }), each => each.end());
    const table = look(pool);
    const all: V[] = [];
    for (let taken = await table.takeOverdue(); taken.length > 0; taken = await table.takeOverdue()) all.push(...taken);
    return all;
  };
  return (await Promise.all(Array.from({ length: instances }, sweep))).flat();
};

it('a command that is overdue is taken on by one instance, however many look at once', async () => {
  const userId = randomUUID();
  await database.pool.query(
    `insert into users (id, username, password_hash, role, creation_id, creation_sent_at, iban) values ($1, 'anna', '', 'CLIENT', $1, now(), 'iban')`,
    [userId],
  );
  await database.pool.query(
    `insert into commands (id, user_id, from_party, to_party, amount, description, sent_at)
     select gen_random_uuid(), $1, 'cash', 'iban', 1, '', now() - n * interval '1 hour' from generate_series(1, $2) as n`,
    [userId, howMany],
  );
  const taken = await takenByAll(pool => new Commands(pool));
  expect(taken).toHaveLength(howMany);
  expect(new Set(taken.map(({ id }) => id)).size).toBe(howMany);
});

it('an account creation that is overdue is taken on by one instance, however many look at once', async () => {
  const prefix = randomBytes(4).toString('hex');
  await database.pool.query(
    `insert into users (id, username, password_hash, role, creation_id, creation_sent_at, creation_attempts)
     select gen_random_uuid(), $1 || n, '', 'CLIENT', gen_random_uuid(), now() - n * interval '1 hour', 1 from generate_series(1, $2) as n`,
    [prefix, howMany],
  );
  const taken = await takenByAll(pool => new Creations(pool));
  expect(taken).toHaveLength(howMany);
  expect(new Set(taken).size).toBe(howMany);
});
