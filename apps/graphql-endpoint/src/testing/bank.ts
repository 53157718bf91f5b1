/**
 * The bank on the other side of Kafka, as far as the endpoint can tell: it takes commands from their topics, and answers with feedback
 * and BalanceChanged on theirs. What it knows it keeps in memory.
 */
import { randomInt } from 'node:crypto';
import { connectionOf, Consumer, messagingVariables, Producer, type Headers, type Outgoing, type Received } from '@bank/messaging';
import { readConfig } from '@bank/service';
import {
  bytesOf, cash, commandHeaders, commandIdOf, company, ibanOf, isOwnIban, tokenOf, type CommandId, type Iban, type ValueOn,
} from '@bank/topology';
import { z } from 'zod';

type CommandTopic = 'confirm_account_creation' | 'confirm_money_transfer';
type AnswerTopic = 'account_creation_feedback' | 'money_transfer_feedback' | 'balance_changed';
type Answer = Outgoing<AnswerTopic>;
type Transfer = ValueOn<'confirm_money_transfer', 'ConfirmMoneyTransfer'>;
type Account = { readonly iban: Iban; readonly token: string; balance: bigint; version: bigint };

const overdraft = -500_00n;

export class TestBank implements AsyncDisposable {
  readonly #accounts = new Map<string, Account>();
  readonly #opened = new Map<CommandId, Account>();
  /** What was answered to which transfer: the same id gets the same feedback, and moves nothing again. */
  readonly #answered = new Map<CommandId, Answer>();
  readonly #received: CommandId[] = [];
  readonly #closing = new AbortController();
  readonly #consumer: Consumer<CommandTopic>;
  readonly #producer: Producer<AnswerTopic>;
  #working: Promise<void> | undefined;
  #silence = Promise.withResolvers<void>();

  private constructor(consumer: Consumer<CommandTopic>, producer: Producer<AnswerTopic>) {
    this.#consumer = consumer;
    this.#producer = producer;
    this.#silence.resolve();
    this.#open(company.iban, company.token, company.openingBalance);
  }

  /** Opens for business on the topics of a suite, from their beginning. */
  static async open(env: Readonly<Record<string, string>>): Promise<TestBank> {
    const connection = connectionOf('test-bank', readConfig(z.object(messagingVariables), env));
    const producer = await Producer.connect(connection, ['account_creation_feedback', 'money_transfer_feedback', 'balance_changed']);
    const consumer = await Consumer.connect(connection, {
      group: 'test-bank',
      topics: ['confirm_account_creation', 'confirm_money_transfer'],
      from: 'beginning',
    });
    const bank = new TestBank(consumer, producer);
    bank.#working = bank.#work();
    return bank;
  }

  /** Every command that came, by its id, in the order in which it came. */
  get received(): readonly CommandId[] {
    return this.#received;
  }

  /** The token that the bank gave an account. */
  tokenOf(iban: string): string {
    return this.#account(iban).token;
  }

  /** What an account holds by now. */
  balanceOf(iban: string): bigint {
    return this.#account(iban).balance;
  }

  /** Opens an account that is no user's. */
  openAccount(): Iban {
    return this.#openNext().iban;
  }

  /** From now on the bank answers nothing, until it speaks. */
  fallSilent(): void {
    this.#silence = Promise.withResolvers();
  }

  /** Answers what came in the meantime, and what comes. */
  speak(): void {
    this.#silence.resolve();
  }

  /** Pays an account from outside, without any command: so often, each its own event. */
  async pay(iban: string, amount: bigint, times = 1): Promise<void> {
    await this.send(Array.from({ length: times }, () => this.change(iban, amount, 'Albert Heijn BV', 'paid back', null)));
  }

  /** The event of a change, which is made; it is for the caller to send it. */
  change(iban: string, by: bigint, fromTo: string, description: string, transferId: CommandId | null): Outgoing<'balance_changed'> {
    const account = this.#account(iban);
    account.balance += by;
    account.version += 1n;
    const value = {
      iban,
      new_balance: account.balance,
      changed_by: by,
      from_to: fromTo,
      description,
      transfer_id: transferId === null ? null : bytesOf(transferId),
      version: account.version,
      changed_at: new Date(),
    };
    return { topic: 'balance_changed', key: iban, record: { type: 'BalanceChanged', value } };
  }

  async send(answers: readonly Answer[]): Promise<void> {
    await this.#producer.send(answers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.speak();
    await this.#working;
    await this.#consumer[Symbol.asyncDispose]();
    await this.#producer[Symbol.asyncDispose]();
  }

  async #work(): Promise<void> {
    while (!this.#isClosing()) {
      const commands = await this.#consumer.take({ max: 100, signal: this.#closing.signal });
      await this.#silence.promise;
      if (this.#isClosing()) return;
      await this.send(commands.flatMap(command => this.#handle(command)));
      await this.#consumer.commit(commands);
    }
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #handle(message: Received<CommandTopic>): readonly Answer[] {
    if (!('record' in message)) return [];
    const { record } = message;
    const id = commandIdOf(record.value.id);
    this.#received.push(id);
    const answers = record.type === 'ConfirmAccountCreation' ? [this.#creation(id)] : this.#transfer(id, record.value);
    const headers = headersOf(message.raw, new Date());
    return answers.map(answer => ({ ...answer, headers }));
  }

  #creation(id: CommandId): Answer {
    const account = this.#opened.get(id) ?? this.#openNext();
    this.#opened.set(id, account);
    const { iban, token } = account;
    const value = { id: bytesOf(id), iban, token, a_type: 'MANUAL' as const };
    return { topic: 'account_creation_feedback', key: id, record: { type: 'AccountCreationConfirmed', value } };
  }

  #transfer(id: CommandId, { token, amount, from, to, description }: Transfer): readonly Answer[] {
    const known = this.#answered.get(id);
    if (known) return [known];
    const debtor = this.#accounts.get(from);
    const reason = this.#reasonAgainst({ token, amount, from, to });
    const feedback: Answer =
      reason === undefined
        ? { topic: 'money_transfer_feedback', key: id, record: { type: 'MoneyTransferConfirmed', value: { id: bytesOf(id) } } }
        : { topic: 'money_transfer_feedback', key: id, record: { type: 'MoneyTransferFailed', value: { id: bytesOf(id), reason } } };
    this.#answered.set(id, feedback);
    if (reason !== undefined) return [feedback];
    return [
      feedback,
      ...(debtor ? [this.change(from, -amount, to, description, id)] : []),
      ...(this.#accounts.has(to) ? [this.change(to, amount, from, description, id)] : []),
    ];
  }

  #reasonAgainst({ token, amount, from, to }: Pick<Transfer, 'token' | 'amount' | 'from' | 'to'>): string | undefined {
    const debtor = this.#accounts.get(from);
    if (from !== cash && !debtor) return 'from is not known at this bank';
    if (isOwnIban(to) && !this.#accounts.has(to)) return 'to is not known at this bank';
    if (debtor && debtor.token !== token) return 'invalid token';
    if (debtor && debtor.balance - amount < overdraft) return 'insufficient funds';
    return undefined;
  }

  #account(iban: string): Account {
    const account = this.#accounts.get(iban);
    if (!account) throw new Error(`${iban} is no account of the test bank`);
    return account;
  }

  #openNext(): Account {
    const number = String(this.#accounts.size).padStart(10, '0');
    return this.#open(ibanOf(number), tokenOf(digits(20)), 0n);
  }

  #open(iban: Iban, token: string, balance: bigint): Account {
    const account = { iban, token, balance, version: 0n };
    this.#accounts.set(iban, account);
    return account;
  }
}

/** Where the command stood, and when it was settled, as the real bank says. */
const headersOf = ({ topic, partition, offset, timestampMs }: Received<CommandTopic>['raw'], settledAt: Date): Headers => ({
  [commandHeaders.topic]: topic,
  [commandHeaders.partition]: String(partition),
  [commandHeaders.offset]: String(offset),
  [commandHeaders.timestamp]: String(timestampMs),
  [commandHeaders.settledAt]: String(settledAt.getTime()),
});

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');
