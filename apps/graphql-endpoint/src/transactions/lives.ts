/** A transfer's life: the command, how it ended, and what it changed, each with its place on Kafka. */
import type { Pool } from 'pg';
import { cents, type Cents, type CommandId } from '@bank/topology';
import type { UserId } from '../identity/viewer.ts';
import { transactionColumns, transactionOf, type Transaction, type TransactionRow } from './transactions.ts';

/** Where a record stands on Kafka, and when it was written there. */
export type RecordPlace = { readonly topic: string; readonly partition: number; readonly offset: bigint; readonly writtenAt: Date };

export type Life = {
  readonly id: CommandId;
  readonly status: 'PENDING' | 'CONFIRMED' | 'REFUSED';
  readonly reason: string | null;
  /** The user here who sent it; null when it came from elsewhere. */
  readonly userId: UserId | null;
  readonly content: { readonly from: string; readonly to: string; readonly amount: Cents; readonly description: string } | null;
  readonly command: RecordPlace | null;
  readonly settledAt: Date | null;
  readonly feedback: RecordPlace | null;
  readonly changes: readonly { readonly transaction: Transaction; readonly record: RecordPlace }[];
};

type Sent = Pick<Life, 'status' | 'reason'> & {
  readonly userId: UserId; readonly from: string; readonly to: string; readonly amount: Cents; readonly description: string;
};
type Answered = {
  readonly reason: string | null;
  readonly commandPartition: number | null; readonly commandOffset: bigint | null; readonly commandedAt: Date | null;
  readonly settledAt: Date | null;
  readonly partition: number; readonly offset: bigint; readonly publishedAt: Date;
};
type ChangeRow = TransactionRow & { readonly offset: bigint; readonly publishedAt: Date };

export class Lives {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The life of a transfer, by its id on Kafka; undefined when nothing is known of it. */
  async of(id: CommandId): Promise<Life | undefined> {
    const [sent, answered, changes] = await Promise.all([this.#sent(id), this.#answered(id), this.#changes(id)]);
    if (!sent && !answered && changes.length === 0) return undefined;
    const reason = answered ? answered.reason : (sent?.reason ?? null);
    return {
      id,
      // Feedback is kept for a week: a change of a balance tells as well that the transfer was confirmed.
      status: reason !== null ? 'REFUSED' : answered || changes.length > 0 ? 'CONFIRMED' : (sent?.status ?? 'PENDING'),
      reason,
      userId: sent?.userId ?? null,
      content: sent ?? contentOf(changes.map(({ transaction }) => transaction)),
      command: answered ? commandIn(answered) : null,
      settledAt: answered?.settledAt ?? null,
      feedback: answered ? { topic: 'money_transfer_feedback', partition: answered.partition, offset: answered.offset, writtenAt: answered.publishedAt } : null,
      changes,
    };
  }

  async #sent(id: CommandId): Promise<Sent | undefined> {
    const { rows } = await this.#pool.query<Sent>(
      `select user_id as "userId", from_party as "from", to_party as "to", amount, description, status, reason from commands where id = $1`,
      [id],
    );
    return rows[0];
  }

  async #answered(id: CommandId): Promise<Answered | undefined> {
    const { rows } = await this.#pool.query<Answered>(
      `select reason, command_partition as "commandPartition", command_offset as "commandOffset", commanded_at as "commandedAt",
         settled_at as "settledAt", kafka_partition as partition, kafka_offset as offset, published_at as "publishedAt"
       from transfers where id = $1`,
      [id],
    );
    return rows[0];
  }

  /** What money left first, then where it came to. */
  async #changes(id: CommandId): Promise<Life['changes']> {
    const { rows } = await this.#pool.query<ChangeRow>(
      `select ${transactionColumns}, kafka_offset as offset, published_at as "publishedAt"
       from transactions join accounts using (iban)
       where transfer_id = $1 and transactions.ordinal <= accounts.ordinal
       order by changed_by, iban`,
      [id],
    );
    return rows.map(({ offset, publishedAt, ...row }) => ({
      transaction: transactionOf(row),
      record: { topic: 'balance_changed', partition: row.partition, offset, writtenAt: publishedAt },
    }));
  }
}

const commandIn = ({ commandPartition, commandOffset, commandedAt }: Answered): RecordPlace | null =>
  commandPartition === null || commandOffset === null || commandedAt === null
    ? null
    : { topic: 'confirm_money_transfer', partition: commandPartition, offset: commandOffset, writtenAt: commandedAt };

/** What a transfer that came from elsewhere was, as its changes tell. */
const contentOf = ([change]: readonly Transaction[]): Life['content'] => {
  if (!change) return null;
  const { iban, changedBy, fromTo, description } = change;
  return changedBy < 0n
    ? { from: iban, to: fromTo, amount: cents(0n - changedBy), description }
    : { from: fromTo, to: iban, amount: changedBy, description };
};

