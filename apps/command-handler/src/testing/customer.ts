/** The other side of Kafka as specs need it: sends commands, and collects what the handler answers. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { connectionOf, Consumer, messagingVariables, Producer, type Outgoing, type Received } from '@bank/messaging';
import { bytesOf, commandIdOf, parseCommandId, type CommandId, type ValueOn } from '@bank/topology';
import type { CommandTopic } from '../ledger/command.ts';
import { publishedTopics } from '../settlement/messages.ts';

export type Answer = Received<(typeof publishedTopics)[number]>;
export type Opened = ValueOn<'account_creation_feedback', 'AccountCreationConfirmed'>;
export type BalanceChange = ValueOn<'balance_changed', 'BalanceChanged'>;

export const newId = (): CommandId => {
  const id = parseCommandId(randomUUID());
  if (!id) throw new Error('randomUUID made no UUID');
  return id;
};

type TransferFields = Omit<ValueOn<'confirm_money_transfer', 'ConfirmMoneyTransfer'>, 'id'>;

export const creation = (id: CommandId, aType: 'AUTO' | 'MANUAL' = 'MANUAL'): Outgoing<CommandTopic> => ({
  topic: 'confirm_account_creation', key: id, record: { type: 'ConfirmAccountCreation', value: { id: bytesOf(id), a_type: aType } },
});

export const transfer = (id: CommandId, fields: TransferFields): Outgoing<CommandTopic> => ({
  topic: 'confirm_money_transfer', key: id, record: { type: 'ConfirmMoneyTransfer', value: { id: bytesOf(id), ...fields } },
});

export const deposit = (id: CommandId, to: string, amount: bigint): Outgoing<CommandTopic> =>
  transfer(id, { token: '', amount, from: 'cash', to, description: 'deposit' });

export class Customer implements AsyncDisposable {
  readonly #producer: Producer<CommandTopic>;
  readonly #consumer: Consumer<(typeof publishedTopics)[number]>;
  readonly #answers: Answer[] = [];

  private constructor(producer: Producer<CommandTopic>, consumer: Consumer<(typeof publishedTopics)[number]>) {
    this.#producer = producer;
    this.#consumer = consumer;
  }

  static async connect(env: Readonly<Record<string, string>>): Promise<Customer> {
    const connection = connectionOf('customer', z.object(messagingVariables).parse(env));
    return new Customer(
      await Producer.connect(connection, ['confirm_account_creation', 'confirm_money_transfer']),
      await Consumer.connect(connection, { group: `customer-${randomUUID()}`, topics: publishedTopics, from: 'beginning' }),
    );
  }

  send(...commands: readonly Outgoing<CommandTopic>[]): Promise<void> {
    return this.#producer.send(commands);
  }

  /** All answers so far, once they fulfil a condition; fails when they do not, and no more come for 30 seconds. */
  async answersWhen(isEnough: (answers: readonly Answer[]) => boolean): Promise<readonly Answer[]> {
    while (!isEnough(this.#answers)) {
      const taken = await this.#consumer.take({ max: 1_000, signal: AbortSignal.timeout(30_000) });
      if (taken.length === 0) throw new Error(`the answers did not come; there are ${this.#answers.length}; ${this.#consumer.trouble ?? 'nothing troubles the consumer'}`);
      this.#answers.push(...taken);
    }
    return [...this.#answers];
  }

  /** The first so many feedbacks to a command. */
  async feedback(id: CommandId, count = 1): Promise<readonly Answer[]> {
    const to = (answers: readonly Answer[]): readonly Answer[] => answers.filter(answer => feedbackIdOf(answer) === id);
    return to(await this.answersWhen(answers => to(answers).length >= count));
  }

  /** Opens an account and gives what the bank told of it. */
  async open(id = newId()): Promise<Opened> {
    await this.send(creation(id));
    const [answer] = await this.feedback(id);
    if (!answer || !('record' in answer) || answer.record.type !== 'AccountCreationConfirmed') throw new Error('the account was not opened');
    return answer.record.value;
  }

  /** What a transfer led to: "confirmed", or the reason why not. */
  async outcome(command: Outgoing<CommandTopic>): Promise<string> {
    await this.send(command);
    const [answer] = await this.feedback(commandIdOf(command.record.value.id));
    return answer ? outcomeOf(answer) : 'nothing';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer[Symbol.asyncDispose]();
    await this.#consumer[Symbol.asyncDispose]();
  }
}

const feedbackIdOf = (answer: Answer): CommandId | undefined =>
  'record' in answer && 'id' in answer.record.value ? commandIdOf(answer.record.value.id) : undefined;

/** "confirmed", or the reason why not. */
export const outcomeOf = (answer: Answer): string =>
  !('record' in answer) ? answer.unreadable : 'reason' in answer.record.value ? answer.record.value.reason : 'confirmed';

/** The changes of balances among answers, of one account or of all, in the order in which they came. */
export const changesOf = (answers: readonly Answer[], iban?: string): readonly BalanceChange[] =>
  answers.flatMap(answer =>
    'record' in answer && answer.record.type === 'BalanceChanged' && (iban === undefined || answer.record.value.iban === iban) ? [answer.record.value] : [],
  );
