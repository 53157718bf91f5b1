/** The servers as they really are: their answers, what they keep, and what they leave behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { Client, type QueryResultRow } from 'pg';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isRunning, ProcessIdentity } from './process/identity.ts';
import { startStack, type Stack } from './stack.ts';
import type { PartStatus } from './supervisor/status.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** Starts of several servers on a busy machine. */
const startMs = 90_000;

const query = async (stack: Stack, text: string): Promise<QueryResultRow[]> => {
  const client = new Client({ connectionString: stack.adminDatabaseUrl });
  await client.connect();
  try {
    return (await client.query<QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
};

const kafkaOf = (stack: Stack): Kafka => new Kafka({ brokers: [stack.brokers], logLevel: logLevel.NOTHING });

const withAdmin = async <T>(stack: Stack, ask: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafkaOf(stack).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
};

const topic = 'ledger';

const publish = async (stack: Stack, value: string): Promise<void> => {
  const producer = kafkaOf(stack).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic, messages: [{ value }] });
  await producer.disconnect();
};

const recordsIn = async (stack: Stack): Promise<number> => {
  const [offsets] = await withAdmin(stack, admin => admin.fetchTopicOffsets(topic));
  return Number(offsets?.high);
};

const registerSchema = async (stack: Stack): Promise<unknown> => {
  const body = JSON.stringify({ schema: JSON.stringify({ type: 'record', name: 'Note', fields: [{ name: 'text', type: 'string' }] }) });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${stack.registryUrl}/subjects/ledger-Note/versions`, { method: 'POST', headers, body })).json();
};

const processesOf = (stack: Stack): ProcessIdentity[] => stack.status.flatMap(part => (part.process === undefined ? [] : [part.process]));

const killServers = async (stack: Stack): Promise<void> => {
  const before = processesOf(stack);
  for (const { pid } of before) process.kill(pid, 'SIGKILL');
  const servers = () => stack.status.filter(({ kind }) => kind === 'service');
  const isBack = ({ state, process: now }: PartStatus): boolean => state === 'ready' && !before.some(({ pid }) => pid === now?.pid);
  await expect.poll(() => servers().every(isBack), { timeout: startMs }).toBe(true);
};

/** The addresses that a process listens on, as /proc writes them: hexadecimal, the last byte first. */
const listeningAddresses = async ({ pid }: ProcessIdentity): Promise<string[]> => {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const files = await Promise.all(descriptors.map(descriptor => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')));
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  return tables.join('').split('\n').flatMap(line => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && files.includes(`socket:[${inode}]`) ? [local.replace(/:.*/, '')] : [];
  });
};

const loopbackInHex = ['0100007F', '0000000000000000FFFF00000100007F'];

describe('a stack', () => {
  it('keeps what it was given, through kill −9 of every server and through a stop', { timeout: 2 * startMs }, async () => {
    const folder = await temporaryFolder();
    const schemaId = await (async () => {
      await using stack = await startStack({ folder });
      await query(stack, "create table note (text text); insert into note values ('kept')");
      // kafkajs's own wait gives up on a busy broker: asked for until it is listed.
      await withAdmin(stack, async admin => {
        await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
        await expect.poll(() => admin.listTopics()).toContain(topic);
      });
      await publish(stack, 'one');
      const id = await registerSchema(stack);
      await killServers(stack);
      expect(await query(stack, 'select text from note')).toEqual([{ text: 'kept' }]);
      expect(await recordsIn(stack)).toBe(1);
      expect(await registerSchema(stack)).toEqual(id);
      await publish(stack, 'two');
      return id;
    })();
    await using again = await startStack({ folder });
    expect(await query(again, 'select text from note')).toEqual([{ text: 'kept' }]);
    expect(await recordsIn(again)).toBe(2);
    expect(await registerSchema(again)).toEqual(schemaId);
  });

  it('has each of its servers stopped, in any way, and started again with what it had, while the others stay', { timeout: 2 * startMs }, async () => {
    await using stack = await startStack();
    await query(stack, "create table note (text text); insert into note values ('kept')");
    await withAdmin(stack, admin => admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false }));
    const schemaId = await registerSchema(stack);
    const pidsBut = (name: string): (number | undefined)[] => stack.status.filter(part => part.name !== name).map(part => part.process?.pid);
    const endings = [['registry', undefined], ['kafka', undefined], ['kafka', 'SIGKILL'], ['postgres', undefined], ['postgres', 'SIGKILL']] as const;
    for (const [name, signal] of endings) {
      const others = pidsBut(name);
      await stack.stop(name, signal);
      expect(stack.status.find(part => part.name === name)).toMatchObject({ state: 'stopped', process: undefined });
      await stack.start(name);
      expect(pidsBut(name)).toEqual(others);
    }
    expect(await query(stack, 'select text from note')).toEqual([{ text: 'kept' }]);
    expect(await withAdmin(stack, admin => admin.listTopics())).toContain(topic);
    // The registry has lost its connections twice.
    expect(await registerSchema(stack)).toEqual(schemaId);
  });

  const isLinux = process.platform === 'linux';
  it.runIf(isLinux)('listens on 127.0.0.1 only, and leaves no server behind when its process is killed', async () => {
    const holder = spawn(process.execPath, ['--input-type=module', '-e', `
      const { startStack } = await import(${JSON.stringify(join(import.meta.dirname, 'stack.ts'))});
      const stack = await startStack({ folder: ${JSON.stringify(await temporaryFolder())} });
      console.log(JSON.stringify(stack.status.flatMap(part => part.process ?? [])));
      setInterval(() => undefined, 1_000);
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output: unknown[] = await once(holder.stdout, 'data');
    const servers = z.array(ProcessIdentity).parse(JSON.parse(String(output[0])));
    expect(servers.map(isRunning)).toEqual([true, true, true]);
    const addresses = (await Promise.all(servers.map(listeningAddresses))).flat();
    expect(addresses).toHaveLength(4);
    expect(loopbackInHex).toEqual(expect.arrayContaining(addresses));
    holder.kill('SIGKILL');
    await expect.poll(() => servers.some(isRunning)).toBe(false);
  });
});
