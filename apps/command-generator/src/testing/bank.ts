/** The bank's side of the topics, as far as the generator sees it: opens an account under a new id, tells of it again when asked again. */
import { isDeepStrictEqual } from 'node:util';
import { Consumer, Producer, type Connection, type Received } from '@bank/messaging';
import { bytesOf, commandIdOf, ibanOf, tokenOf, type CommandId, type ValueOn } from '@bank/topology';
import type { Account, CommandTopic } from '../command/command.ts';

export type Transfer = ValueOn<'confirm_money_transfer', 'ConfirmMoneyTransfer'>;

export class Bank implements AsyncDisposable {
  readonly #commands: Consumer<CommandTopic>;
  readonly #feedback: Producer<'account_creation_feedback'>;
  readonly #closing = new AbortController();
  readonly #serving: Promise<void>;
  #changed = Promise.withResolvers<void>();

  /** Whether it answers at all. */
  isOpen = true;
  /** The ids of all commands to open an account, in their order, those asked again included. */
  openings: CommandId[] = [];
  /** All transfers by their ids. */
  transfers = new Map<CommandId, Transfer>();
  readonly accounts = new Map<CommandId, Account>();

  private constructor(commands: Consumer<CommandTopic>, feedback: Producer<'account_creation_feedback'>) {
    this.#commands = commands;
    this.#feedback = feedback;
    this.#serving = this.#serve();
  }

  static async connect(connection: Connection): Promise<Bank> {
    const topics = ['confirm_account_creation', 'confirm_money_transfer'] as const;
    return new Bank(
      await Consumer.connect(connection, { group: 'bank', topics, from: 'beginning' }),
      await Producer.connect(connection, ['account_creation_feedback']),
    );
  }

  /** Waits until something holds of what has arrived. */
  async until(holds: (bank: this) => boolean): Promise<void> {
    while (!holds(this)) await Promise.race([this.#changed.promise, this.#serving]);
  }

  /** Forgets what has arrived, not the accounts. */
  forget(): void {
    this.openings = [];
    this.transfers = new Map();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#serving;
    await this.#commands[Symbol.asyncDispose]();
    await this.#feedback[Symbol.asyncDispose]();
  }

  async #serve(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      for (const command of await this.#commands.take({ max: 1_000, signal })) await this.#settle(command);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers<void>();
    }
  }

  async #settle(command: Received<CommandTopic>): Promise<void> {
    if ('unreadable' in command) throw new Error(command.unreadable);
    const id = commandIdOf(command.record.value.id);
    if (command.record.type === 'ConfirmMoneyTransfer') {
      // The decoder gives a view of the message, which would not equal the id's own bytes.
      const transfer = { ...command.record.value, id: Uint8Array.from(command.record.value.id) };
      if (!isDeepStrictEqual(this.transfers.get(id) ?? transfer, transfer)) throw new Error(`${id} came again with other content`);
      this.transfers.set(id, transfer);
      return;
    }
    this.openings.push(id);
    if (!this.isOpen) return;
    const { iban, token } = this.#accountOf(id);
    const value = { id: bytesOf(id), iban, token, a_type: command.record.value.a_type };
    await this.#feedback.send([{ topic: 'account_creation_feedback', key: id, record: { type: 'AccountCreationConfirmed', value } }]);
  }

  #accountOf(id: CommandId): Account {
    const number = this.accounts.size + 1;
    const account = this.accounts.get(id) ?? {
      iban: ibanOf(String(number).padStart(10, '0')),
      token: tokenOf(String(number).padStart(20, '7')),
    };
    this.accounts.set(id, account);
    return account;
  }
}
