import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectionOf, kafkajsClient, messagingVariables } from '@bank/messaging';
import { createLogger } from '@bank/service';
import { migrate } from '@bank/service/database';
import { createSuite, runProgram, startProgram, synchronize, type Suite } from '@bank/stack';
import { company } from '@bank/topology';
import { publishedTopics } from '../settlement/messages.ts';
import { changesOf, Customer, deposit, newId, outcomeOf, transfer, type Answer } from '../testing/customer.ts';

type Env = Readonly<Record<string, string>>;

const fromCompany = { token: company.token, from: company.iban, amount: 2_000_00n, description: 'salary' };

const republish = (env: Env, ...args: readonly string[]): ReturnType<typeof runProgram> => runProgram('command-handler', { env, args: ['republish', ...args] });

/** Tells a republishing to stop as soon as it says how far it is: a signal from here might come when all was sent. */
const stopOnFirstLine = `data:text/javascript,${encodeURIComponent(`
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...more) => {
    if (text.includes('sent 5000 of 100000 messages,')) process.kill(process.pid, 'SIGTERM');
    return write(text, ...more);
  };`)}`;

/** The topics that the handler publishes to, as somebody sees them who holds no offsets. */
class PublishedTopics implements AsyncDisposable {
  readonly #env: Env;
  readonly #admin;

  constructor(env: Env) {
    this.#env = env;
    this.#admin = kafkajsClient(connectionOf('spec', z.object(messagingVariables).parse(env))).admin();
  }

  async #offsets(): Promise<readonly { topic: string; partitions: readonly { partition: number; high: string; low: string }[] }[]> {
    await this.#admin.connect();
    const topics = publishedTopics.map(topic => `${String(this.#env['TOPIC_PREFIX'])}${topic}`);
    return Promise.all(topics.map(async topic => ({ topic, partitions: await this.#admin.fetchTopicOffsets(topic) })));
  }

  async count(): Promise<number> {
    return (await this.#offsets()).flatMap(({ partitions }) => partitions).reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  }

  /** All messages that stand there. */
  async read(): Promise<readonly Answer[]> {
    const count = await this.count();
    await using reader = await Customer.connect(this.#env);
    return await reader.answersWhen(answers => answers.length >= count);
  }

  /** Deletes all messages, as a broker's failed disk would. */
  async loseAll(): Promise<void> {
    for (const { topic, partitions } of await this.#offsets()) {
      await this.#admin.deleteTopicRecords({ topic, partitions: partitions.map(({ partition, high }) => ({ partition, offset: high })) });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#admin.disconnect();
  }
}

/** All bytes of a message. */
const bytesOf = ({ raw: { key, value, headers } }: Answer): string =>
  JSON.stringify([key?.toString(), value?.toString('hex'), Object.entries(headers).map(([name, values]) => [name, values.map(String)])]);

/** What a message tells of: one change of an account, or one command. */
const subjectOf = (answer: Answer): string =>
  `${answer.topic} ${String(answer.raw.key)} ${'record' in answer && answer.record.type === 'BalanceChanged' ? answer.record.value.version : ''}`;

const settledAtOf = ({ raw }: Answer): number => Number(raw.headers['settled-at']?.[0]);

/** What the ledger should hold of what was told, each message once: the answer to a wrong use of an id is not stored. */
const storedAmong = (answers: readonly Answer[]): readonly Answer[] => {
  const stored = answers.filter(answer => outcomeOf(answer) !== 'id was used for another command');
  const seen = new Set<string>();
  return stored.filter(answer => {
    const bytes = `${answer.topic} ${bytesOf(answer)}`;
    return !seen.has(bytes) && seen.add(bytes);
  });
};

/** The bytes of each partition of feedback, and of each account's events, in their order. */
const sequencesOf = (answers: readonly Answer[]): Readonly<Record<string, readonly string[]>> => {
  const placeOf = ({ topic, raw }: Answer): string => `${topic} ${topic === 'balance_changed' ? String(raw.key) : raw.partition}`;
  return Object.fromEntries([...Map.groupBy(answers, placeOf)].map(([place, those]) => [place, those.map(bytesOf)]));
};

describe('republish', () => {
  let suite: Suite;
  let env: Env;
  let topics: PublishedTopics;

  beforeEach(async () => {
    suite = await createSuite();
    await synchronize(suite.env);
    env = { ...suite.env, DATABASE_URL: await suite.createDatabase() };
    topics = new PublishedTopics(env);
  });
  afterEach(async () => {
    await topics[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  /** Has a handler settle commands of every kind, and gives what the ledger should hold of what it told. */
  const settleSome = async (): Promise<readonly Answer[]> => {
    await using customer = await Customer.connect(env);
    await using handler = await startProgram('command-handler', { env });
    const [anna, ben] = [await customer.open(), await customer.open()];
    const id = newId();
    const first = deposit(id, anna.iban, 100_00n);
    await customer.send(first, first, transfer(id, { ...fromCompany, to: ben.iban }));
    expect((await customer.feedback(id, 3)).map(outcomeOf)).toEqual(['confirmed', 'confirmed', 'id was used for another command']);
    const fromAnna = { token: anna.token, from: anna.iban, description: 'lunch – €' };
    await customer.outcome(transfer(newId(), { ...fromAnna, amount: 25_00n, to: ben.iban }));
    await customer.outcome(transfer(newId(), { ...fromAnna, amount: 5_00n, to: 'Albert Heijn BV' }));
    await customer.outcome(transfer(newId(), { ...fromAnna, amount: 10_000_00n, to: ben.iban }));
    const salaries = Array.from({ length: 50 }, newId);
    await customer.send(...salaries.map(salary => transfer(salary, { ...fromCompany, to: anna.iban })));
    for (const salary of salaries) await customer.feedback(salary);
    // What is published is all there when it has stopped.
    await handler[Symbol.asyncDispose]();
    return storedAmong(await topics.read());
  };

  it('brings back all feedback and events that the topics lost, byte for byte and in their order', async () => {
    const told = await settleSome();
    await topics.loseAll();
    const { code, output } = await republish(env);
    expect(output).toMatch(new RegExp(`sent ${told.length} of ${told.length} messages \\(\\d+ feedback, \\d+ events\\)`));
    expect(code).toBe(0);
    expect(sequencesOf(await topics.read())).toEqual(sequencesOf(told));
  });

  it('leaves out what was settled before a time', async () => {
    const told = await settleSome();
    const from = told.map(settledAtOf).sort((a, b) => a - b)[Math.floor(told.length / 2)] ?? 0;
    const since = told.filter(answer => settledAtOf(answer) >= from);
    expect(since.length).toBeLessThan(told.length);
    await topics.loseAll();
    expect(await republish(env, '--from', '2999-12-31')).toMatchObject({ code: 0, output: expect.stringContaining('sent 0 of 0 messages') as string });
    expect(await republish(env, '--from', new Date(from).toISOString())).toMatchObject({ code: 0 });
    expect(sequencesOf(await topics.read())).toEqual(sequencesOf(since));
  });

  it('repeats only what a handler that is at work has told or will tell', async () => {
    await using customer = await Customer.connect(env);
    await using handler = await startProgram('command-handler', { env });
    const { iban } = await customer.open();
    const count = 10_000;
    await customer.send(...Array.from({ length: count }, () => deposit(newId(), iban, 1n)));
    await customer.answersWhen(answers => changesOf(answers, iban).length > 100);
    expect(await republish(env)).toMatchObject({ code: 0 });
    await customer.answersWhen(answers => new Set(changesOf(answers, iban).map(({ version }) => version)).size === count);
    await handler[Symbol.asyncDispose]();
    const answers = await topics.read();
    expect(changesOf(answers, iban).length).toBeGreaterThan(count + 100);
    const told = storedAmong(answers);
    expect(changesOf(told, iban).map(({ version }) => version)).toEqual(Array.from({ length: count }, (_, at) => BigInt(at + 1)));
    expect(new Set(told.map(subjectOf)).size).toBe(told.length);
  });
});

describe('republish, on a ledger made for it', () => {
  let suite: Suite;
  let topics: PublishedTopics;

  beforeAll(async () => {
    suite = await createSuite();
    await synchronize(suite.env);
    topics = new PublishedTopics(suite.env);
  });
  beforeEach(() => topics.loseAll());
  afterAll(async () => {
    await topics[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  /** A ledger of deposits in turn to so many accounts, settled one each 10 ms, by a clock that jumps back and forth up to a second. */
  const ledgerOf = async (deposits: number, accounts: number): Promise<{ env: Env; database: pg.Client }> => {
    const url = await suite.createDatabase();
    await migrate(url, fileURLToPath(new URL('../ledger/migrations', import.meta.url)), createLogger('spec', 'silent'));
    const database = new pg.Client({ connectionString: url });
    await database.connect();
    onTestFinished(() => database.end());
    await database.query(
      `insert into ledger (id, content, command_topic, command_partition, command_offset, command_timestamp, settled_at,
         debtor, creditor, amount, description, credit_balance, credit_version)
       select gen_random_uuid(), '', 'confirm_money_transfer', nth % 9, nth / 9, 0, '2026-03-01'::timestamptz + (nth * 10 - nth * 7919 % 1000) * interval '1 ms',
         'cash', 'account ' || nth % $2, 1, 'deposit', nth / $2 + 1, nth / $2 + 1 from generate_series(0, $1 - 1) as nth`,
      [deposits, accounts],
    );
    return { env: { ...suite.env, DATABASE_URL: url }, database };
  };

  type Running = { output: () => string; stop: () => Promise<number | null> };

  /** Starts a republishing that is stopped before it has ended. */
  const startRepublish = (env: Env): Running => {
    const main = fileURLToPath(new URL('../main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@bank/source', main, 'republish'], { env: { PATH: process.env['PATH'], ...env } });
    onTestFinished(() => void child.kill('SIGKILL'));
    const closed = once(child, 'close');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    return {
      output: () => output,
      stop: async () => {
        child.kill('SIGTERM');
        await closed;
        return child.exitCode;
      },
    };
  };

  it('sends the events of an account in the order of its versions, although the clocks of handlers differ', async () => {
    const [deposits, accounts] = [3_000, 50];
    const { env } = await ledgerOf(deposits, accounts);
    expect(await republish(env)).toMatchObject({ code: 0, output: expect.stringMatching(/sent 5000 of 6000 messages, \d+ a second\n/) as string });
    const events = (await topics.read()).filter(({ topic }) => topic === 'balance_changed');
    for (let account = 0; account < accounts; account += 1) {
      expect(changesOf(events, `account ${account}`).map(({ version }) => version)).toEqual(Array.from({ length: deposits / accounts }, (_, at) => BigInt(at + 1)));
    }
    for (const inPartition of Map.groupBy(events, ({ raw }) => raw.partition).values()) {
      const times = inPartition.map(settledAtOf);
      for (const [at, time] of times.entries()) expect(Math.max(...times.slice(0, at + 1)) - time).toBeLessThan(1_000);
    }
  });

  it('when told to stop, sends what it has in hand and says how much that was', async () => {
    const { env } = await ledgerOf(50_000, 1_000);
    const { code, output } = await runProgram('command-handler', { env, args: ['republish'], nodeOptions: [`--import=${stopOnFirstLine}`] });
    expect(code).toBe(1);
    const [, sent] = /sent (\d+) of 100000 messages \(/.exec(output) ?? [];
    expect(await topics.count()).toBe(Number(sent));
    expect(output).toContain('told to stop before all was sent');
  });

  it('when told to stop while the database is busy, leaves it in peace', async () => {
    const { env, database } = await ledgerOf(1, 1);
    await database.query('begin; lock table ledger');
    const running = startRepublish(env);
    const waiting = async (): Promise<number | null> =>
      (await database.query(`select from pg_locks where relation = 'ledger'::regclass and not granted`)).rowCount;
    await expect.poll(waiting, { timeout: 25_000 }).toBe(1);
    expect(await running.stop()).toBe(1);
    expect(running.output()).toContain('sent nothing');
    await expect.poll(waiting, { timeout: 25_000 }).toBe(0);
    expect(await topics.count()).toBe(0);
  });

  it.each([
    ['SCHEMA_REGISTRY_URL', 'http://127.0.0.1:1/', /the schema registry at 127\.0\.0\.1:1 does not answer/],
    ['DATABASE_URL', 'postgres://me:secret@127.0.0.1:1/bank', /ECONNREFUSED 127\.0\.0\.1:1/],
    ['TOPIC_PREFIX', 'nowhere-', /there are no topics, run the synchronizer first/],
    ['DATABASE_URL', 'nowhere', /DATABASE_URL is "nowhere", it should be: postgresql:/],
  ])('ends with one clear line when %s is %s', async (variable, value, line) => {
    const { env } = await ledgerOf(1, 1);
    const { code, output } = await republish({ ...env, [variable]: value });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(line)]);
  });
});
