/** A command as the ledger knows it: its identity, its content and where it stood. */
import { hash } from 'node:crypto';
import type { RawMessage, Received } from '@bank/messaging';
import { commandIdOf, type CommandId, type RecordOn } from '@bank/topology';

export const commandTopics = ['confirm_account_creation', 'confirm_money_transfer'] as const;

export type CommandTopic = (typeof commandTopics)[number];

/** Where a command stands on its topic, and when it was written there. */
export type CommandPosition = Pick<RawMessage<CommandTopic>, 'topic' | 'partition' | 'offset' | 'timestampMs'>;

export type Command = {
  readonly id: CommandId;
  /** SHA-256 of the decoded fields with the kind of command, in hexadecimal; of the token only its own hash goes in. */
  readonly content: string;
  readonly position: CommandPosition;
  readonly record: RecordOn<CommandTopic>;
};

const sha256 = (text: string): string => hash('sha256', text);

/** The command in a message that could be read. */
export const commandOf = ({ raw, record }: Extract<Received<CommandTopic>, { record: unknown }>): Command => {
  const { topic, partition, offset, timestampMs } = raw;
  return { id: commandIdOf(record.value.id), content: contentOf(record), position: { topic, partition, offset, timestampMs }, record };
};

const contentOf = (record: RecordOn<CommandTopic>): string => {
  if (record.type === 'ConfirmAccountCreation') return sha256(JSON.stringify([record.type, record.value.a_type]));
  const { token, amount, from, to, description } = record.value;
  return sha256(JSON.stringify([record.type, sha256(token), String(amount), from, to, description]));
};
