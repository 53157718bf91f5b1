/** What a command topic should never hold, each piece with the reason that its dead letter is to give. */
import { randomBytes } from 'node:crypto';
import type { IHeaders } from 'kafkajs';
import { bytesOf, company, topics } from '@bank/topology';
import type { CommandTopic } from '../ledger/command.ts';
import { framed, long, registerSchema, text } from './avro.ts';
import type { Hand } from './by-hand.ts';
import { creation, deposit, newId } from './customer.ts';

export type Garbage = {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly reason: string | RegExp;
};

const garbage = (reason: string | RegExp, value: Buffer | null, { key = Buffer.from('key'), headers = {} }: Partial<Garbage> = {}): Garbage =>
  ({ key, value, headers, reason });

/** One piece of each kind for a topic; another topic has as many. */
export const garbageFor = async (topic: CommandTopic, hand: Hand): Promise<readonly Garbage[]> => {
  const [newAccount, cent] = [creation(newId()), deposit(newId(), company.iban, 1n)];
  const [good, other] = topic === 'confirm_account_creation' ? [newAccount, cent] : [cent, newAccount];
  return [
    ...unframed(hand.bytes(good)),
    ...miscut(hand.bytes(good), hand.schemaIds[topic], good.record.type),
    garbage(`a record nl.openweb.data.${other.record.type} does not belong on ${topic}`, hand.bytes(other)),
    ...(await strangers(topic, good.record.type, hand)),
    ...oddKeys(),
    ...oddHeaders(),
  ];
};

const noise = (bytes: number): Buffer => Buffer.concat([Buffer.from([0xff]), randomBytes(bytes - 1)]);

const unframed = (good: Buffer): readonly Garbage[] => [
  garbage('the value is null', null),
  garbage('the value has 0 bytes, a framed one at least 5', Buffer.alloc(0)),
  garbage('the value has 4 bytes, a framed one at least 5', good.subarray(0, 4)),
  garbage('the value starts with byte 1 instead of 0', Buffer.concat([Buffer.from([1]), good.subarray(1)])),
  garbage('the value starts with byte 123 instead of 0', Buffer.from('{"amount":1}')),
  garbage('the value starts with byte 255 instead of 0', noise(100_000)),
  // The broker measures the batch around it as well.
  garbage('the value starts with byte 255 instead of 0', noise(topics.confirm_money_transfer.maxMessageBytes - 100)),
];

/** A good frame or a good record, with too little, too much or something else in it. */
const miscut = (good: Buffer, schemaId: number, record: string): readonly Garbage[] => [
  garbage(`the value is no ${record}: truncated buffer`, framed(schemaId)),
  garbage(`the value is no ${record}: truncated buffer`, good.subarray(0, -1)),
  garbage(`the value is no ${record}: trailing data`, Buffer.concat([good, Buffer.alloc(1)])),
  garbage(new RegExp(`^the value is no ${record}: `), framed(schemaId, randomBytes(100_000))),
  // An enum has no such symbol, a text no such length.
  garbage(new RegExp(`^the value is no ${record}: `), framed(schemaId, bytesOf(newId()), long(2n ** 62n))),
  garbage(new RegExp(`^the value is no ${record}: `), framed(schemaId, bytesOf(newId()), long(-1n))),
];

/** Values with a schema that does not belong on the topic, or with none. */
const strangers = async (topic: CommandTopic, name: string, { connection, schemaIds }: Hand): Promise<readonly Garbage[]> => {
  const fields = [{ name: 'other', type: 'string' }];
  const namesake = await registerSchema(connection, `${topic}-namesake`, { type: 'record', name, namespace: 'nl.openweb.data', fields });
  const json = await registerSchema(connection, `${topic}-json`, { type: 'object', properties: { other: { type: 'string' } } }, 'JSON');
  const answer = framed(schemaIds.account_creation_feedback, bytesOf(newId()), text(company.iban), text(company.token), long(0n));
  return [
    garbage(`a record nl.openweb.data.AccountCreationConfirmed does not belong on ${topic}`, answer),
    garbage(new RegExp(`^schema id ${namesake} cannot be read as ${name}: no matching field`), framed(namesake, text('noise'))),
    garbage(`a record without a name does not belong on ${topic}`, framed(json, Buffer.from('{"other":"noise"}'))),
    garbage('schema id 0 is not known to the registry', framed(0, text('noise'))),
    garbage('schema id 4294967295 is not known to the registry', framed(2 ** 32 - 1, text('noise'))),
  ];
};

/** What nobody can read, whatever comes with it. */
const unreadable = ['the value starts with byte 110 instead of 0', Buffer.from('noise')] as const;

const oddKeys = (): readonly Garbage[] =>
  [null, Buffer.alloc(0), Buffer.from([0, 0xff, 0xc0]), noise(100_000)].map(key => garbage(...unreadable, { key }));

const oddHeaders = (): readonly Garbage[] => [
  garbage(...unreadable, { headers: { same: ['one', 'two', 'one'], empty: '', '': 'without a name', bytes: noise(9) } }),
  // What every object of JavaScript has already.
  garbage(...unreadable, { headers: { constructor: 'one', toString: ['one', 'two'], ['__proto__']: 'one' } }),
  // A name without a value: nothing is not the same as empty.
  garbage(...unreadable, { headers: { nothing: [null, Buffer.alloc(0)] as Buffer[] } }),
  // A dead letter that was put back as it lay there.
  garbage(...unreadable, { headers: { 'dead-letter-topic': 'heartbeat', 'dead-letter-offset': '7', 'dead-letter-reason': 'another', kept: 'yes' } }),
  garbage(...unreadable, { headers: Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [at.toString(36), ''])) }),
];
