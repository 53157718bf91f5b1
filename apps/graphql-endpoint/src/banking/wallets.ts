/**
 * The tokens of clients, in memory only. What is not known is asked of the bank: the command that opened the account, sent again, gives
 * the same answer with the token in it. Every instance reads these answers for itself, for the shared group gives each to one of them only.
 */
import type { Received } from '@bank/messaging';
import type { Logger } from '@bank/service';
import { commandIdOf, isOwnIban, isToken, type CommandId, type Iban, type Token } from '@bank/topology';
import type { UserId } from '../identity/viewer.ts';
import type { AnswerTopic } from '../live/answers.ts';
import type { Creations } from './creations.ts';
import { hashedId } from './command.ts';
import type { Sender } from './sender.ts';

export type Wallet = { readonly iban: Iban; readonly token: Token };

/**
 * When the bank is asked, counted from the first time: an answer can be missed while the reader's partition is being assigned. After the
 * last time it is waited for as long as before.
 */
const askAfterMs = [0, 500, 1_500, 3_000];
const giveUpAfterMs = 5_000;

type Question = { readonly answer: Promise<Wallet | undefined>; readonly resolve: (wallet: Wallet | undefined) => void };

export class Wallets {
  readonly #creations: Creations;
  readonly #sender: Sender;
  readonly #log: Logger;
  readonly #wallets = new Map<UserId, Wallet>();
  /** What the bank is being asked, by the creation's id. */
  readonly #questions = new Map<CommandId, Question>();

  constructor({ creations, sender, log }: { readonly creations: Creations; readonly sender: Sender; readonly log: Logger }) {
    this.#creations = creations;
    this.#sender = sender;
    this.#log = log;
  }

  /** A client's wallet, asked of the bank when it is not known; undefined when the bank does not answer within 5 s. */
  async walletOf(userId: UserId): Promise<Wallet | undefined> {
    const known = this.#wallets.get(userId);
    if (known) return known;
    const id = await this.#creations.idOf(userId);
    if (id === undefined) return undefined;
    const wallet = await (this.#questions.get(id)?.answer ?? this.#ask(id));
    if (wallet) this.#wallets.set(userId, wallet);
    return wallet;
  }

  /** Gets a client's wallet ready, so that the first transfer need not wait for it. */
  prepare(userId: UserId): void {
    this.walletOf(userId).catch((error: unknown) => this.#log.warn({ err: error }, 'a wallet could not be prepared'));
  }

  /** Takes the answers that somebody here waits for. */
  hear(answers: readonly Received<AnswerTopic>[]): void {
    for (const message of answers) {
      if (message.topic !== 'account_creation_feedback' || !('record' in message)) continue;
      const id = commandIdOf(message.record.value.id);
      const question = this.#questions.get(id);
      if (!question) continue;
      question.resolve(message.record.type === 'AccountCreationConfirmed' ? this.#walletIn(id, message.record.value) : undefined);
    }
  }

  #ask(id: CommandId): Promise<Wallet | undefined> {
    const { promise, resolve } = Promise.withResolvers<Wallet | undefined>();
    const asking = askAfterMs.map(waitMs => setTimeout(() => void this.#send(id), waitMs));
    const givingUp = setTimeout(() => resolve(undefined), giveUpAfterMs);
    const answer = promise.finally(() => {
      for (const timer of [...asking, givingUp]) clearTimeout(timer);
      this.#questions.delete(id);
    });
    this.#questions.set(id, { answer, resolve });
    return answer;
  }

  async #send(id: CommandId): Promise<void> {
    try {
      await this.#sender.sendCreations([id]);
    } catch (error) {
      this.#log.warn({ err: error, commandId: hashedId(id) }, 'the bank could not be asked for a wallet');
    }
  }

  #walletIn(id: CommandId, { iban, token }: { readonly iban: string; readonly token: string }): Wallet | undefined {
    if (isOwnIban(iban) && isToken(token)) return { iban, token };
    this.#log.error({ commandId: hashedId(id) }, 'the bank answered an account creation with an invalid IBAN or token');
    return undefined;
  }
}
