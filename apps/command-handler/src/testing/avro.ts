/** Avro and its framing by hand, to write also what no encoder would. */
import { z } from 'zod';
import { Registry, type Connection, type Outgoing } from '@bank/messaging';
import { subjects } from '@bank/topology';
import type { CommandTopic } from '../ledger/command.ts';

/** A whole number: zigzag, then seven bits a byte. */
export const long = (value: bigint): Buffer => {
  let bits = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; bits > 0x7fn; bits >>= 7n) bytes.push(Number(bits & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(bits)]);
};

/** A text, or the bytes that stand where one should. */
export const text = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([long(BigInt(bytes.length)), bytes]);
};

/** A value as it stands on a topic. */
export const framed = (schemaId: number, ...fields: readonly Uint8Array[]): Buffer => {
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(schemaId, 1);
  return Buffer.concat([frame, ...fields]);
};

/** The ids of the schemas of both commands and of an answer. */
export type SchemaIds = Readonly<Record<CommandTopic | 'account_creation_feedback', number>>;

export const lookUpSchemaIds = async (connection: Connection): Promise<SchemaIds> => {
  const registry = new Registry(connection);
  const idOf = async (topic: keyof SchemaIds): Promise<number> => {
    const first = subjects().find(subject => subject.topic === topic);
    if (!first) throw new Error(`${topic} has no records`);
    return registry.idOf(`${connection.topicPrefix}${first.subject}`, first.newest);
  };
  return {
    confirm_account_creation: await idOf('confirm_account_creation'),
    confirm_money_transfer: await idOf('confirm_money_transfer'),
    account_creation_feedback: await idOf('account_creation_feedback'),
  };
};

/** The value of a command. */
export const commandBytes = (schemaIds: SchemaIds, { topic, record }: Outgoing<CommandTopic>): Buffer => {
  if (record.type === 'ConfirmAccountCreation') return framed(schemaIds[topic], record.value.id, long(record.value.a_type === 'AUTO' ? 0n : 1n));
  const { id, token, amount, from, to, description } = record.value;
  return framed(schemaIds[topic], id, text(token), long(amount), text(from), text(to), text(description));
};

/** Puts a schema into the registry under a subject of the suite and gives its id. */
export const registerSchema = async (connection: Connection, name: string, schema: object, schemaType = 'AVRO'): Promise<number> => {
  const response = await fetch(`${connection.registryUrl}/subjects/${connection.topicPrefix}${name}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schemaType, schema: JSON.stringify(schema) }),
  });
  return z.object({ id: z.number() }).parse(await response.json()).id;
};
