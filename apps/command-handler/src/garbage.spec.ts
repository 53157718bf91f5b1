import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSuite, startProgram, synchronize, type Program, type Suite } from '@bank/stack';
import { bytesOf, topics, type CommandId } from '@bank/topology';
import { commandTopics, type CommandTopic } from './ledger/command.ts';
import { answersTo } from './testing/answers.ts';
import { framed, long, registerSchema, text } from './testing/avro.ts';
import { collectLetters, contentsOf, Hand, type Handmade, type Letter } from './testing/by-hand.ts';
import { registerCodecs } from './testing/codecs.ts';
import { changesOf, creation, Customer, deposit, newId, outcomeOf, transfer, type Opened } from './testing/customer.ts';
import { endsOf } from './testing/evidence.ts';
import { garbageFor, type Garbage } from './testing/garbage.ts';
import { drained } from './testing/traffic.ts';

const timeout = 25_000;

type Place = { readonly topic: CommandTopic; readonly partition: number };

/** Every partition that commands may stand on. */
const partitions: readonly Place[] = commandTopics.flatMap(topic =>
  Array.from({ length: topics[topic].partitions }, (_, partition) => ({ topic, partition })));

const letterOf = (piece: Garbage, place: string): Letter =>
  ({ place, reason: typeof piece.reason === 'string' ? piece.reason : (expect.stringMatching(piece.reason) as string), ...contentsOf(piece) });

describe('a handler that is sent garbage', () => {
  let suite: Suite;
  let env: Readonly<Record<string, string>>;
  let database: pg.Client;
  let handler: Program;
  let customer: Customer;
  let hand: Hand;
  let dead: Awaited<ReturnType<typeof collectLetters>>;
  let account: Opened;
  /** How many letters there were when the handler started. */
  let lettersBefore = 0;
  /** The codec of each batch that went out in one. */
  const packed: string[] = [];

  beforeAll(async () => {
    registerCodecs(codec => packed.push(codec));
    suite = await createSuite();
    await synchronize(suite.env);
    const url = await suite.createDatabase();
    env = { ...suite.env, DATABASE_URL: url };
    handler = await startProgram('command-handler', { env });
    database = new pg.Client({ connectionString: url });
    await database.connect();
    customer = await Customer.connect(suite.env);
    hand = await Hand.connect(suite.env);
    dead = await collectLetters(suite.env);
    account = await customer.open();
  });
  afterAll(async () => {
    await dead[Symbol.asyncDispose]();
    await hand[Symbol.asyncDispose]();
    await customer[Symbol.asyncDispose]();
    await database.end();
    await handler[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  const letterCount = async (): Promise<bigint> => (await endsOf(hand.connection, ['dead_letters'])).get('dead_letters/0') ?? 0n;

  const allLetters = async (): Promise<readonly Letter[]> => {
    const count = Number(await letterCount());
    await expect.poll(() => dead.letters.length, { timeout }).toBe(count);
    return dead.letters;
  };

  const restart = async (whileDown: () => Promise<void> = () => Promise.resolve()): Promise<void> => {
    await handler[Symbol.asyncDispose]();
    await whileDown();
    lettersBefore = (await allLetters()).length;
    handler = await startProgram('command-handler', { env });
  };

  /** A good command for a partition: a new account, or a cent for the one there is. */
  const goodOn = ({ topic, partition }: Place, id: CommandId): Handmade =>
    hand.command(topic === 'confirm_account_creation' ? creation(id) : deposit(id, account.iban, 1n), partition);

  /** Sends good commands to every partition and gives their ids. */
  const sendGood = async (): Promise<readonly CommandId[]> => {
    const good = partitions.map(place => ({ place, id: newId() }));
    await hand.send(good.map(({ place, id }) => goodOn(place, id)));
    return good.map(({ id }) => id);
  };

  /** All outcomes that were told of some commands, once there is one of each. */
  const outcomesOf = async (ids: readonly CommandId[]): Promise<readonly string[]> => (await answersTo(customer, ids)).flat().map(outcomeOf);

  /** The letters from some places, in their order, once each has one. */
  const lettersFrom = async (places: readonly string[]): Promise<readonly (Letter | undefined)[]> => {
    const found = (): readonly (Letter | undefined)[] => places.map(place => dead.letters.find(letter => letter.place === place));
    await expect.poll(() => found().filter(letter => !letter), { timeout }).toEqual([]);
    return found();
  };

  const balance = async (): Promise<bigint> =>
    BigInt((await database.query<{ balance: string }>('select balance from accounts where iban = $1', [account.iban])).rows[0]?.balance ?? 0);

  it('keeps each piece byte for byte, with where it stood and why, and settles every command around it', async () => {
    const kinds = {
      confirm_account_creation: await garbageFor('confirm_account_creation', hand),
      confirm_money_transfer: await garbageFor('confirm_money_transfer', hand),
    };
    const before = await balance();
    const good = [...(await sendGood())];
    const expected: Letter[] = [];
    for (const at of kinds.confirm_money_transfer.keys()) {
      const pieces = partitions.flatMap(place => kinds[place.topic].slice(at, at + 1).map(piece => ({ ...piece, ...place })));
      const places = await hand.send(pieces);
      expected.push(...pieces.map((piece, nth) => letterOf(piece, places[nth] ?? '')));
      good.push(...(await sendGood()));
    }
    expect(await lettersFrom(expected.map(({ place }) => place))).toEqual(expected);
    expect(await outcomesOf(good)).toEqual(good.map(() => 'confirmed'));
    expect(await balance()).toBe(before + BigInt(topics.confirm_money_transfer.partitions * (kinds.confirm_money_transfer.length + 1)));
  });

  it('counts and logs each piece, and commits the offset after it', async () => {
    await hand.send(partitions.map(place => ({ ...place, key: null, value: null })));
    await drained(suite.env);
    const letters = (await allLetters()).slice(lettersBefore);
    const metrics = await (await fetch(`${handler.url}/metrics`)).text();
    for (const topic of commandTopics) {
      const count = letters.filter(({ place }) => place.startsWith(topic)).length;
      expect(metrics).toContain(`dead_letters_total{topic="${topic}"} ${count}\n`);
    }
    const lines = (await handler.output()).split('\n').filter(line => line.includes('"msg":"dead letter"'));
    const logged = lines.map(line => JSON.parse(line) as { topic: string; partition: number; offset: number; reason: string });
    expect(logged.map(({ topic, partition, offset, reason }) => `${topic}/${partition} at ${offset}: ${reason}`).sort())
      .toEqual(letters.map(({ place, reason }) => `${place}: ${reason}`).sort());
  });

  it('buries nothing twice, also when it is started again', async () => {
    await hand.send(partitions.map(place => ({ ...place, key: null, value: null })));
    await drained(suite.env);
    await restart();
    expect(await outcomesOf(await sendGood())).toEqual(partitions.map(() => 'confirmed'));
    await drained(suite.env);
    const places = (await allLetters()).map(({ place }) => place);
    expect(new Set(places).size).toBe(places.length);
  });

  it('settles a command whatever its key, its headers and its timestamp', async () => {
    const clothes: readonly Partial<Handmade>[] = [
      { key: null }, { key: '' }, { key: newId() }, { key: Buffer.alloc(100_000, 0xff) },
      { headers: { constructor: 'one', ['__proto__']: ['one', 'two'], bytes: Buffer.from([0xff]) } },
      // No time at all, and one so long ago that JavaScript has no date for it.
      { timestamp: '-1' }, { timestamp: String(-(2n ** 62n)) },
    ];
    const ids = clothes.map(newId);
    for (const [at, id] of ids.entries()) await hand.send([{ ...goodOn({ topic: 'confirm_money_transfer', partition: at }, id), ...clothes[at] }]);
    expect(await outcomesOf(ids)).toEqual(clothes.map(() => 'confirmed'));
  });

  it('refuses a text with NUL, and puts U+FFFD where a text is no UTF-8', async () => {
    const [withNul, latin1] = [newId(), newId()];
    const parts = [text(''), long(1n), text('cash'), text(account.iban), text(Buffer.from('café', 'latin1'))];
    await hand.send([
      hand.command(transfer(withNul, { token: '', amount: 1n, from: 'cash', to: account.iban, description: 'caf\0' }), 0),
      { topic: 'confirm_money_transfer', partition: 0, key: null, value: framed(hand.schemaIds.confirm_money_transfer, bytesOf(latin1), ...parts) },
    ]);
    expect(await outcomesOf([withNul, latin1])).toEqual(['text is invalid', 'confirmed']);
    await customer.answersWhen(answers => changesOf(answers, account.iban).some(({ description }) => description === 'caf\ufffd'));
  });

  it('reads a command by the schema that it was written with', async () => {
    const another = await registerSchema(hand.connection, 'another', {
      type: 'record', name: 'ConfirmAccountCreation', namespace: 'nl.openweb.data',
      fields: [
        { name: 'note', type: 'string' },
        { name: 'a_type', type: { type: 'enum', name: 'Atype', symbols: ['MANUAL', 'AUTO'] } },
        { name: 'id', type: { type: 'fixed', name: 'Uuid', size: 16 } },
      ],
    });
    const id = newId();
    await hand.send([{ topic: 'confirm_account_creation', partition: 0, key: null, value: framed(another, text('new'), long(0n), bytesOf(id)) }]);
    expect(await customer.feedback(id)).toMatchObject([{ record: { type: 'AccountCreationConfirmed', value: { a_type: 'MANUAL' } } }]);
  });

  it.each(['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)('reads batches in %s', async codec => {
    const good = partitions.map(place => ({ place, id: newId() }));
    const batches = good.map(({ place, id }) => [{ ...place, key: null, value: Buffer.from(codec) }, goodOn(place, id)]);
    const places = await hand.send(batches.flat(), codec);
    expect(packed.filter(used => used === codec)).toHaveLength(partitions.length);
    expect(await outcomesOf(good.map(({ id }) => id))).toEqual(good.map(() => 'confirmed'));
    const letters = await lettersFrom(places.filter((_, at) => at % 2 === 0));
    expect(letters.map(letter => letter?.value)).toEqual(good.map(() => codec));
  });

  it('settles what a transaction committed, and nothing of one that was aborted', async () => {
    const place = { topic: 'confirm_money_transfer', partition: 0 } as const;
    const [aborted, committed, last] = [newId(), newId(), newId()];
    const before = await letterCount();
    await hand.transact([goodOn(place, aborted), { ...place, key: null, value: Buffer.from('noise') }], 'abort');
    await hand.transact([goodOn(place, committed)], 'commit');
    expect(await outcomesOf([committed])).toEqual(['confirmed']);
    // The broker writes the ends of transactions on the partition as well, where nobody commits them: this one stands behind both.
    await hand.send([goodOn(place, last)]);
    await drained(suite.env);
    expect((await database.query('select id from ledger where id = any($1)', [[aborted, committed]])).rows).toEqual([{ id: committed }]);
    expect(await letterCount()).toBe(before);
  });

  it('finds each command that only the database refuses, first and last of hundreds, and settles the others', async () => {
    // What was sent while it was down comes to it in whole partitions, so that every batch begins and ends with poison.
    const commands = partitions.flatMap(place => {
      const ids = Array.from({ length: place.partition === 0 ? 300 : 30 }, newId);
      return ids.map((id, at) => ({ id, message: goodOn(place, id), isPoison: at === 0 || at === ids.length - 1 }));
    });
    const poison = commands.filter(({ isPoison }) => isPoison);
    const good = commands.filter(({ isPoison }) => !isPoison).map(({ id }) => id);
    await database.query(`alter table ledger add constraint no_poison check (id not in (${poison.map(({ id }) => `'${id}'`).join()}))`);
    onTestFinished(async () => {
      await database.query('alter table ledger drop constraint no_poison');
    });
    let places: readonly string[] = [];
    await restart(async () => {
      places = await hand.send(commands.map(({ message }) => message));
    });

    expect(await outcomesOf(good)).toEqual(good.map(() => 'confirmed'));
    const letters = await lettersFrom(places.filter((_, at) => commands[at]?.isPoison));
    const reason = 'the database refused it: error: new row for relation "ledger" violates check constraint "no_poison"';
    expect(letters).toEqual(poison.map(({ message }, at) => ({ place: letters[at]?.place, reason, ...contentsOf(message) })));
    await drained(suite.env);
    const log = await handler.output();
    expect(poison.filter(({ message, id }) => message.topic === 'confirm_account_creation' && log.includes(id))).toEqual([]);
    await restart();
    expect(await outcomesOf(await sendGood())).toEqual(partitions.map(() => 'confirmed'));
  });
});
