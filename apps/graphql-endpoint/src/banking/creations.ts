/** The commands that open clients' accounts. Their ids are as good as tokens: they go to the bank and nowhere else. */
import type { Pool } from 'pg';
import type { CommandId } from '@bank/topology';
import type { UserId } from '../identity/viewer.ts';
import { isOverdue, overdueAtOnce } from './overdue.ts';

export class Creations {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The id of the command that opens, or opened, a client's account. */
  async idOf(userId: UserId): Promise<CommandId | undefined> {
    const { rows } = await this.#pool.query<{ readonly id: CommandId }>(
      'select creation_id as id from users where id = $1 and creation_id is not null and creation_refusal is null',
      [userId],
    );
    return rows[0]?.id;
  }

  /** Why the bank would not open a client's account; undefined when it did or has not answered. */
  async refusalOf(userId: UserId): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ readonly reason: string | null }>(
      'select creation_refusal as reason from users where id = $1',
      [userId],
    );
    return rows[0]?.reason ?? undefined;
  }

  /** Takes on those that wait for an answer too long: until they are overdue again, no other instance takes them. */
  async takeOverdue(): Promise<readonly CommandId[]> {
    const { rows } = await this.#pool.query<{ readonly id: CommandId }>(
      `update users set creation_sent_at = now(), creation_attempts = creation_attempts + 1
       where id in (
         select id from users
         where creation_id is not null and iban is null and creation_refusal is null
           and ${isOverdue({ sentAt: 'creation_sent_at', attempts: 'creation_attempts' })}
         order by creation_sent_at limit $1 for update skip locked)
       returning creation_id as id`,
      [overdueAtOnce],
    );
    return rows.map(({ id }) => id);
  }
}
