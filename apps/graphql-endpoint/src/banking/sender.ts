/** Commands on their way to the bank: one log line and one count for each. */
import type { Outgoing, Producer } from '@bank/messaging';
import type { Logger } from '@bank/service';
import { bytesOf, type CommandId, type Token } from '@bank/topology';
import type { Metrics } from '../metrics.ts';
import { hashedId, isDeposit, type Command } from './command.ts';
import { commandSteps, openingSteps } from './steps.ts';

export type CommandTopic = 'confirm_account_creation' | 'confirm_money_transfer';

/** A command with what authorises it; a deposit needs nothing. */
export type Authorised = { readonly command: Command; readonly token: Token | '' };

/** Kafka acknowledges in milliseconds; what takes this long is a broker that is away. */
const acknowledgedWithinMs = 2_000;

/** A command as it is sent and as it is spoken of: an account creation by the hash of its id. */
type Sending = {
  readonly kind: 'account creation' | 'deposit' | 'transfer';
  readonly commandId: string;
  readonly outgoing: Outgoing<CommandTopic>;
};

export class Sender {
  readonly #producer: Producer<CommandTopic>;
  readonly #log: Logger;
  readonly #metrics: Pick<Metrics, 'commandsSent'>;
  /** When each send began that is not acknowledged yet, oldest first. */
  readonly #unacknowledged = new Set<{ readonly sinceMs: number }>();

  constructor({ producer, log, metrics }: { readonly producer: Producer<CommandTopic>; readonly log: Logger; readonly metrics: Metrics }) {
    this.#producer = producer;
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Why commands do not get through now; undefined when they do, as far as can be told. */
  objection(): string | undefined {
    const [oldest] = this.#unacknowledged;
    if (!oldest || performance.now() - oldest.sinceMs < acknowledgedWithinMs) return undefined;
    return 'Kafka does not acknowledge what is sent';
  }

  /**
   * Asks the bank to open accounts, or to tell of those that it opened under these ids before.
   *
   * @throws SendError when it is not sure that they were sent
   */
  async sendCreations(ids: readonly CommandId[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#send(
      ids.map(id => ({
        kind: 'account creation',
        commandId: hashedId(id),
        outgoing: {
          topic: 'confirm_account_creation',
          key: id,
          record: { type: 'ConfirmAccountCreation', value: { id: bytesOf(id), a_type: 'MANUAL' } },
        },
      })),
    );
    openingSteps.acknowledged.publish({ commands: ids.length });
  }

  /**
   * Asks the bank to move money.
   *
   * @throws SendError when it is not sure that they were sent
   */
  async sendTransfers(authorised: readonly Authorised[]): Promise<void> {
    if (authorised.length === 0) return;
    commandSteps.sending.publish({ commands: authorised.length });
    await this.#send(
      authorised.map(({ command, token }) => {
        const { id, from, to, amount, description } = command;
        const value = { id: bytesOf(id), token, amount, from, to, description };
        return {
          kind: isDeposit(command) ? 'deposit' : 'transfer',
          commandId: id,
          outgoing: { topic: 'confirm_money_transfer', key: id, record: { type: 'ConfirmMoneyTransfer', value } },
        };
      }),
    );
    commandSteps.acknowledged.publish({ commands: authorised.length });
  }

  async #send(commands: readonly Sending[]): Promise<void> {
    const waiting = { sinceMs: performance.now() };
    this.#unacknowledged.add(waiting);
    try {
      await this.#producer.send(commands.map(({ outgoing }) => outgoing));
    } catch (error) {
      this.#report(commands, 'failed');
      throw error;
    } finally {
      this.#unacknowledged.delete(waiting);
    }
    this.#report(commands, 'acknowledged');
  }

  #report(commands: readonly Sending[], outcome: 'acknowledged' | 'failed'): void {
    for (const { kind, commandId } of commands) {
      this.#metrics.commandsSent.inc({ kind, outcome });
      if (outcome === 'acknowledged') this.#log.info({ commandId, kind }, 'command sent');
      else this.#log.warn({ commandId, kind }, 'command not acknowledged: it may have been sent');
    }
  }
}
