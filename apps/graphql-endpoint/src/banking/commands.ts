/** Transfers and deposits in PostgreSQL: pending from before they are sent until the bank's feedback is projected. */
import type { Pool } from 'pg';
import type { CommandId } from '@bank/topology';
import { confirmed, pending, refusedByBank, type CommandOutcome } from '../outcome.ts';
import type { Command } from './command.ts';
import { isOverdue, overdueAtOnce } from './overdue.ts';

/** What became of storing a command: it is new, it was there with the same content and has its outcome or not, or its id stands for another. */
export type Stored = 'new' | 'pending' | 'settled' | 'other';

/** The changes of a transfer are seen when they stand before the end of the user's account, as readers see it. */
const isSeen = `exists (
  select from transactions join accounts using (iban)
  where transactions.transfer_id = commands.id and iban = users.iban and transactions.ordinal <= accounts.ordinal)`;

/** A version 1 handler does not say of which transfer a change is, and of an account that is stopped no more is seen: then the feedback has to do. */
const mayNeverBeSeen = `exists (
  select from accounts where iban = users.iban and (is_numbered = false or stopped_offset is not null))`;

export class Commands {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Stores a command as pending, unless its id is known. */
  async store({ id, userId, from, to, amount, description }: Command): Promise<Stored> {
    const values = [id, userId, from, to, amount, description];
    const { rowCount } = await this.#pool.query({
      name: 'store-command',
      text: `insert into commands (id, user_id, from_party, to_party, amount, description) values ($1, $2, $3, $4, $5, $6)
             on conflict (id) do nothing`,
      values,
    });
    if (rowCount === 1) return 'new';
    const { rows: [same] } = await this.#pool.query<Pick<Outcome, 'status'>>(
      `select status from commands
       where id = $1 and user_id = $2 and from_party = $3 and to_party = $4 and amount = $5 and description = $6`,
      values,
    );
    if (!same) return 'other';
    return same.status === 'PENDING' ? 'pending' : 'settled';
  }

  /**
   * How a command ended; undefined when it was never stored. Confirmed as soon as the projection shows what it changed, and not before: the
   * change says as well as the feedback that it was confirmed, and may come first.
   */
  async outcomeOf(id: CommandId): Promise<CommandOutcome | undefined> {
    const { rows } = await this.#pool.query<Outcome>({
      name: 'outcome-of-command',
      text: `select status, reason, ${isSeen} as "isSeen", ${mayNeverBeSeen} as "mayNeverBeSeen"
             from commands join users on users.id = commands.user_id where commands.id = $1`,
      values: [id],
    });
    return rows.map(outcomeOf)[0];
  }

  /** Takes on those that wait for an answer too long: until they are overdue again, no other instance takes them. */
  async takeOverdue(): Promise<readonly Command[]> {
    const { rows } = await this.#pool.query<Command>(
      `update commands set sent_at = now(), attempts = attempts + 1
       where id in (
         select id from commands where status = 'PENDING' and ${isOverdue({ sentAt: 'sent_at', attempts: 'attempts' })}
         order by sent_at limit $1 for update skip locked)
       returning id, user_id as "userId", from_party as "from", to_party as "to", amount, description`,
      [overdueAtOnce],
    );
    return rows;
  }

  /** How many wait for an answer. */
  async countPending(): Promise<number> {
    const { rows } = await this.#pool.query<{ readonly count: bigint }>(`select count(*) from commands where status = 'PENDING'`);
    return Number(rows[0]?.count ?? 0n);
  }
}

type Outcome = { readonly isSeen: boolean; readonly mayNeverBeSeen: boolean } & (
  | { readonly status: 'PENDING' | 'CONFIRMED'; readonly reason: null }
  | { readonly status: 'REFUSED'; readonly reason: string }
);

const outcomeOf = (outcome: Outcome): CommandOutcome => {
  switch (outcome.status) {
    case 'REFUSED':
      return refusedByBank(outcome.reason);
    case 'CONFIRMED':
      return outcome.isSeen || outcome.mayNeverBeSeen ? confirmed : pending;
    case 'PENDING':
      return outcome.isSeen ? confirmed : pending;
  }
};
