import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSuite, synchronize, type Suite } from '@bank/stack';
import { BalanceChangedV1, bytesOf, parseCommandId, partitionOf, subjectOf, topics, type CommandId, type RecordTopic, type TopicName } from '@bank/topology';
import { installedClients, portOf } from './clients.ts';
import { connectionOf, messagingVariables, type Connection } from './connection.ts';
import { Consumer, type Received } from './consumer.ts';
import { deadLetterOf } from './dead-letter.ts';
import { CommitError } from './errors.ts';
import { kafkajsClient } from './kafkajs/client.ts';
import type { TopicPartition } from './port.ts';
import { Producer, type Outgoing } from './producer.ts';
import { Registry } from './registry.ts';
import { typeOf } from './types.ts';
import { framed } from './testing/framed.ts';

const newId = (): CommandId => {
  const id = parseCommandId(randomUUID());
  if (!id) throw new Error('randomUUID made no UUID');
  return id;
};
const transfer = (description: string, key = newId()): Outgoing<'confirm_money_transfer'> => ({
  topic: 'confirm_money_transfer',
  key,
  record: {
    type: 'ConfirmMoneyTransfer',
    value: { id: bytesOf(key), token: '0'.repeat(20), amount: 10n ** 17n + 1n, from: 'cash', to: 'NL66OPEN0000000000', description },
  },
});
const descriptionOf = (received: Received<'confirm_money_transfer'>): string => ('record' in received ? received.record.value.description : 'unreadable');
const soon = (): AbortSignal => AbortSignal.timeout(25_000);

/** Takes until so many have come. */
const takeAll = async <T extends RecordTopic>(consumer: Consumer<T>, count: number): Promise<readonly Received<T>[]> => {
  const all: Received<T>[] = [];
  while (all.length < count) {
    const taken = await consumer.take({ max: 1_000, signal: soon() });
    if (taken.length === 0) throw new Error(`only ${all.length} of ${count} messages came`);
    all.push(...taken);
  }
  return all;
};

/** A way to the registry that is closed at first: it cuts every connection. */
const startProxy = async (target: string): Promise<AsyncDisposable & { readonly url: string; readonly open: () => void }> => {
  const { hostname, port, pathname } = new URL(target);
  let isOpen = false;
  const server = createServer(incoming => {
    if (!isOpen) return void incoming.destroy();
    const outgoing = createConnection(Number(port), hostname);
    // Either end may go first.
    incoming.on('error', () => outgoing.destroy()).pipe(outgoing);
    outgoing.on('error', () => incoming.destroy()).pipe(incoming);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}${pathname}`,
    open: () => (isOpen = true),
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};

const sendRaw = async (connection: Connection, topic: TopicName, values: readonly (Buffer | null)[]): Promise<void> => {
  const port = await portOf(connection);
  await using producer = await port.connectProducer([]);
  await producer.send(values.map(value => ({ topic: `${connection.topicPrefix}${topic}`, partition: 0, key: 'k', value, headers: { by: [Buffer.from('hand'), null, Buffer.from([0xff])] } })));
};

describe.each(installedClients())('with %s', client => {
  const connectionTo = ({ env }: Suite): Connection => connectionOf('messaging-spec', z.object(messagingVariables).parse({ ...env, KAFKA_CLIENT: client }));

  /** A suite with topics of its own, so that what one test sends does not reach another. */
  const connect = async (suite: Suite): Promise<Connection> => {
    await synchronize(suite.env);
    return connectionTo(suite);
  };

  describe('messages', () => {
    let suite: Suite;
    let connection: Connection;
    let producer: Producer<'confirm_money_transfer' | 'account_creation_feedback'>;

    beforeAll(async () => {
      suite = await createSuite();
      connection = await connect(suite);
      producer = await Producer.connect(connection, ['confirm_money_transfer', 'account_creation_feedback']);
    });
    afterAll(async () => {
      await producer[Symbol.asyncDispose]();
      await suite[Symbol.asyncDispose]();
    });

    const consume = (group: string): Promise<Consumer<'confirm_money_transfer'>> =>
      Consumer.connect(connection, { group, topics: ['confirm_money_transfer'], from: 'beginning' });

    it('arrive as they were sent: record, key, headers, on the partition of their key, without the prefix', async () => {
      const key = newId();
      await producer.send([{ ...transfer('as sent', key), headers: { 'settled-at': '1' } }]);
      await using consumer = await consume('as-sent');
      const received = (await takeAll(consumer, 1)).find(message => descriptionOf(message) === 'as sent');
      expect(received).toMatchObject({
        topic: 'confirm_money_transfer',
        raw: { topic: 'confirm_money_transfer', key: Buffer.from(key), headers: { 'settled-at': [Buffer.from('1')] }, partition: partitionOf(key, topics.confirm_money_transfer.partitions) },
        record: { type: 'ConfirmMoneyTransfer', value: { amount: 10n ** 17n + 1n } },
      });
    });

    it('arrive once and in order on each partition, also when one call holds more than a batch may', async () => {
      const count = 12_000;
      const sent = Array.from({ length: count }, (_, at) => transfer(`many ${at}`));
      await Promise.all([producer.send(sent.slice(0, 10_000)), producer.send(sent.slice(10_000))]);
      await using consumer = await consume('many');
      const numbers = new Map<number, number[]>();
      let seen = 0;
      while (seen < count) {
        for (const message of await consumer.take({ max: 1_000, signal: soon() })) {
          const description = descriptionOf(message);
          if (!description.startsWith('many ')) continue;
          seen += 1;
          const { partition } = message.raw;
          numbers.set(partition, [...(numbers.get(partition) ?? []), Number(description.slice(5))]);
        }
      }
      expect(numbers.size).toBe(9);
      for (const ofPartition of numbers.values()) expect(ofPartition).toEqual(ofPartition.toSorted((a, b) => a - b));
      expect(new Set([...numbers.values()].flat()).size).toBe(count);
    });

    it('come again to the group when they were not committed, and not when they were', async () => {
      const texts = Array.from({ length: 20 }, (_, at) => `committed or not ${at}`);
      await producer.send(texts.map(text => transfer(text)));
      const partitionOfText = new Map<string, number>();
      const takeUntil = async (consumer: Consumer<'confirm_money_transfer'>, isEnough: (seen: readonly string[]) => boolean): Promise<readonly Received<'confirm_money_transfer'>[]> => {
        const taken: Received<'confirm_money_transfer'>[] = [];
        while (!isEnough(taken.map(descriptionOf))) taken.push(...(await consumer.take({ max: 1_000, signal: soon() })));
        for (const message of taken) partitionOfText.set(descriptionOf(message), message.raw.partition);
        return taken;
      };
      const hasAll = (wanted: readonly string[]) => (seen: readonly string[]): boolean => wanted.every(text => seen.includes(text));

      const first = await consume('commits');
      const taken = await takeUntil(first, hasAll(texts));
      const done = partitionOfText.get(texts[0] ?? '');
      await first.commit(taken.filter(({ raw }) => raw.partition === done));
      await first[Symbol.asyncDispose]();

      // What would come again of the committed partition comes before what is sent to it now.
      let last = transfer('the last one');
      while (partitionOf(last.key, topics.confirm_money_transfer.partitions) !== done) last = transfer('the last one');
      await producer.send([last]);
      await using second = await consume('commits');
      const notDone = texts.filter(text => partitionOfText.get(text) !== done);
      const again = (await takeUntil(second, hasAll([...notDone, 'the last one']))).map(descriptionOf);
      expect(again.filter(text => texts.includes(text)).toSorted()).toEqual(notDone.toSorted());
    });

    it('reach every member of a group that grows, each of them at least once', async () => {
      const group = 'grows';
      const sent = Array.from({ length: 500 }, (_, at) => `grown ${at}`);
      const missing = new Set(sent);
      const stop = new AbortController();
      const drain = async (consumer: Consumer<'confirm_money_transfer'>): Promise<number> => {
        let count = 0;
        for (;;) {
          const taken = await consumer.take({ max: 100, signal: AbortSignal.any([stop.signal, soon()]) });
          if (taken.length === 0) return count;
          count += taken.length;
          for (const message of taken) missing.delete(descriptionOf(message));
          if (missing.size === 0) stop.abort();
          await consumer.commit(taken).catch((error: unknown) => {
            // The group may hand out its partitions for longer than a commit waits: what was not committed comes once more.
            if (!(error instanceof CommitError)) throw error;
          });
        }
      };
      await using first = await consume(group);
      const draining = [drain(first)];
      await producer.send(sent.slice(0, 250).map(text => transfer(text)));
      const hasJoined = Promise.withResolvers<void>();
      const onAssigned = (partitions: readonly unknown[]): void => (partitions.length > 0 ? hasJoined.resolve() : undefined);
      await using second = await Consumer.connect(connection, { group, topics: ['confirm_money_transfer'], from: 'beginning', onAssigned });
      draining.push(drain(second));
      await hasJoined.promise;
      await producer.send(sent.slice(250).map(text => transfer(text)));
      const counts = await Promise.all(draining);
      expect(missing.size).toBe(0);
      expect(Math.min(...counts)).toBeGreaterThan(0);
    });

    it('give an empty list to who stops waiting for them', async () => {
      await using consumer = await Consumer.connect(connection, { group: 'stops', topics: ['account_creation_feedback'], from: 'beginning' });
      expect(await consumer.take({ max: 1, signal: AbortSignal.timeout(50) })).toEqual([]);
    });

    it('with a wrong field are refused before anything is sent, and the error names the field', async () => {
      const wrong = transfer('wrong');
      const record = { ...wrong.record, value: { ...wrong.record.value, amount: 2n ** 63n } };
      await expect(producer.send([{ ...wrong, record }])).rejects.toThrow('ConfirmMoneyTransfer for confirm_money_transfer cannot be encoded: wrong are amount');
    });
  });

  describe('what cannot be read', () => {
    it('is told apart with its reason, keeps its bytes, and stops nothing', async () => {
      await using suite = await createSuite();
      const connection = await connect(suite);
      const topic = 'account_creation_feedback';
      const id = bytesOf(newId());
      await using producer = await Producer.connect(connection, [topic]);
      const failed = { topic, key: 'k', record: { type: 'AccountCreationFailed', value: { id, reason: 'none' } } } as const;
      const wrong = [
        null,
        Buffer.alloc(0),
        Buffer.from([1, 0, 0, 0, 1, 0]),
        framed(4_000_000, Buffer.alloc(4)),
        framed(await new Registry(connection).idOf(`${suite.env.TOPIC_PREFIX}heartbeat-nl.openweb.data.Heartbeat`, topics.heartbeat.records[0]), Buffer.from([2])),
        framed(await new Registry(connection).idOf(`${suite.env.TOPIC_PREFIX}${subjectOf(topic, topics[topic].records[1])}`, topics[topic].records[1]), Buffer.alloc(3)),
      ];
      await sendRaw(connection, topic, wrong);
      await producer.send([failed]);

      await using consumer = await Consumer.connect(connection, { group: 'unreadable', topics: [topic], from: 'beginning' });
      const received = await takeAll(consumer, wrong.length + 1);
      expect(received.map(message => ('unreadable' in message ? message.unreadable : message.record.type))).toEqual([
        'the value is null',
        'the value has 0 bytes, a framed one at least 5',
        'the value starts with byte 1 instead of 0',
        'schema id 4000000 is not known to the registry',
        'a record nl.openweb.data.Heartbeat does not belong on account_creation_feedback',
        expect.stringContaining('the value is no AccountCreationFailed'),
        'AccountCreationFailed',
      ]);
      expect(received.map(({ raw }) => raw.value).slice(0, wrong.length)).toEqual(wrong);
    });

    it('goes to the dead letters as it came, with where it stood and why', async () => {
      await using suite = await createSuite();
      const connection = await connect(suite);
      await sendRaw(connection, 'heartbeat', [Buffer.from('noise')]);
      await using consumer = await Consumer.connect(connection, { group: 'bury', topics: ['heartbeat'], from: 'beginning' });
      const [message] = await takeAll(consumer, 1);
      if (!message || !('unreadable' in message)) throw new Error('the noise was read');
      await using producer = await Producer.connect(connection, ['heartbeat']);
      await producer.send([deadLetterOf(message.raw, message.unreadable)]);

      const letters = kafkajsClient(connection).consumer({ groupId: `${suite.env.TOPIC_PREFIX}letters` });
      await letters.connect();
      await letters.subscribe({ topics: [`${suite.env.TOPIC_PREFIX}dead_letters`], fromBeginning: true });
      const { promise, resolve } = Promise.withResolvers<object>();
      await letters.run({
        eachMessage: ({ message: { key, value, headers } }) => {
          resolve({ key: key?.toString(), value: value?.toString(), headers });
          return Promise.resolve();
        },
      });
      expect(await promise).toEqual({
        key: 'k',
        value: 'noise',
        headers: {
          by: [Buffer.from('hand'), null, Buffer.from([0xff])],
          'dead-letter-topic': Buffer.from('heartbeat'),
          'dead-letter-partition': Buffer.from('0'),
          'dead-letter-offset': Buffer.from('0'),
          'dead-letter-reason': Buffer.from('the value starts with byte 110 instead of 0'),
        },
      });
      await letters.disconnect();
    });
  });

  describe('a group', () => {
    const beat = (nth: bigint): Outgoing<'heartbeat'> => ({ topic: 'heartbeat', key: 'now', record: { type: 'Heartbeat', value: { beat: nth } } });

    it('goes on with the first message that is left when those it would read next are gone', async () => {
      await using suite = await createSuite();
      const connection = await connect(suite);
      const consume = (): Promise<Consumer<'heartbeat'>> => Consumer.connect(connection, { group: 'behind', topics: ['heartbeat'], from: 'beginning' });
      await using producer = await Producer.connect(connection, ['heartbeat']);
      await producer.send([beat(1n), beat(2n), beat(3n)]);
      const first = await consume();
      await first.commit((await takeAll(first, 3)).slice(0, 1));
      await first[Symbol.asyncDispose]();
      const admin = kafkajsClient(connection).admin();
      await admin.connect();
      const topic = `${connection.topicPrefix}heartbeat`;
      // It deletes only what it has looked up before.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
      await admin.disconnect();
      await using second = await consume();
      expect(await takeAll(second, 1)).toMatchObject([{ raw: { offset: 2n }, record: { value: { beat: 3n } } }]);
    });

    it('gives each of its members a part, also when another client carries its messages, but for librdkafka, which hands out parts in a way of its own', async () => {
      await using suite = await createSuite();
      const connection = await connect(suite);
      const parts = new Map<number, readonly TopicPartition[]>();
      await using members = new AsyncDisposableStack();
      // The first hands out the parts.
      const other = { kafkajs: 'platformatic', platformatic: 'kafkajs', librdkafka: 'librdkafka' } as const;
      for (const [nth, carrier] of [client, other[client]].entries()) {
        const onAssigned = (partitions: readonly TopicPartition[]): unknown => parts.set(nth, partitions);
        members.use(await Consumer.connect({ ...connection, client: carrier }, { group: 'mixed', topics: ['confirm_money_transfer'], from: 'beginning', onAssigned }));
      }
      const partsAre = (): object => ({ sizes: [...parts.values()].map(({ length }) => length).toSorted(), of: new Set([...parts.values()].flat().map(({ partition }) => partition)).size });
      await expect.poll(partsAre, { timeout: 20_000 }).toEqual({ sizes: [4, 5], of: topics.confirm_money_transfer.partitions });
    });
  });

  describe('a record of an older version', () => {
    it('is read as the newest, with its defaults', async () => {
      await using suite = await createSuite();
      const connection = await connect(suite);
      const subject = `${suite.env.TOPIC_PREFIX}${subjectOf('balance_changed', topics.balance_changed.records[0])}`;
      const value = { iban: 'NL66OPEN0000000000', new_balance: 10n ** 17n + 1n, changed_by: 1n, from_to: 'cash', description: 'version 1' };
      const schemaId = await new Registry(connection).idOf(subject, BalanceChangedV1);
      await sendRaw(connection, 'balance_changed', [framed(schemaId, typeOf(BalanceChangedV1).toBuffer(value))]);
      await using consumer = await Consumer.connect(connection, { group: 'older', topics: ['balance_changed'], from: 'beginning' });
      const [received] = await takeAll(consumer, 1);
      expect(received).toMatchObject({ record: { type: 'BalanceChanged', value: { ...value, transfer_id: null, version: 0n, changed_at: new Date(0) } } });
    });
  });

  describe('errors', () => {
    it('say that the registry does not answer, and nothing taken is lost by it', async () => {
      await using suite = await createSuite();
      const connection = await connect(suite);
      await using producer = await Producer.connect(connection, ['heartbeat']);
      await producer.send([{ topic: 'heartbeat', key: 'now', record: { type: 'Heartbeat', value: { beat: 1n } } }]);
      await using proxy = await startProxy(connection.registryUrl);
      const astray = { ...connection, registryUrl: proxy.url };
      await expect(Producer.connect(astray, ['heartbeat'])).rejects.toThrow(`the schema registry at ${new URL(proxy.url).host} does not answer as it should`);
      await using consumer = await Consumer.connect(astray, { group: 'astray', topics: ['heartbeat'], from: 'beginning' });
      await expect(consumer.take({ max: 1, signal: soon() })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
      await expect(consumer.take({ max: 1, signal: soon() })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
      proxy.open();
      expect(await consumer.take({ max: 1, signal: soon() })).toMatchObject([{ record: { type: 'Heartbeat', value: { beat: 1n } } }]);
    });

    it('say that a schema is not registered and what to do', async () => {
      await using suite = await createSuite();
      const connection = connectionTo(suite);
      await expect(Producer.connect(connection, ['heartbeat'])).rejects.toThrow(/^Heartbeat is not registered under suite-\w+-heartbeat-nl\.openweb\.data\.Heartbeat: run the synchronizer first$/);
    });

    it('name topic and partition of what was not acknowledged', async () => {
      await using suite = await createSuite();
      const connection = await connect(suite);
      await using producer = await Producer.connect(connection, ['confirm_money_transfer']);
      const tooLarge = transfer('x'.repeat(200 * 1024));
      const partition = partitionOf(tooLarge.key, topics.confirm_money_transfer.partitions);
      await expect(producer.send([tooLarge])).rejects.toThrow(new RegExp(`^not acknowledged: messages to suite-\\w+-confirm_money_transfer/${partition} \\(1 in all\\): .*large`));
      await producer.send([transfer('goes on after it')]);
    });
  });
});
