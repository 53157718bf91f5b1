/** Users in PostgreSQL. What opens a client's account is kept here too, but leaves this table only by way of `Creations`. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction } from '@bank/service/database';
import type { CommandId, Iban } from '@bank/topology';
import { endSessions, endSessionsOfEmployees } from './end-sessions.ts';
import type { SessionHash } from './sessions.ts';
import type { User, UserId } from './viewer.ts';

/** A row's columns that make a user. */
export type UserRow = { readonly id: UserId; readonly username: string; readonly role: 'CLIENT' | 'EMPLOYEE'; readonly iban: Iban | null };

/** The columns of a `UserRow`. */
export const userColumns = 'users.id, users.username, users.role, users.iban';

export const userOf = ({ id, username, role, iban }: UserRow): User =>
  role === 'CLIENT' ? { role, id, username, iban: iban ?? undefined } : { role, id, username };

/** Says that somebody else has the employee's name. */
export class EmployeeNameTakenError extends Error {
  override readonly name = 'EmployeeNameTakenError';
  readonly code = 'EMPLOYEE_NAME_TAKEN';

  constructor(username: string) {
    super(`EMPLOYEE_USERNAME is "${username}", which is a client's username already: choose another`);
  }
}

export class Users {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Makes a client together with the id of the command that opens the account; undefined when the name is taken. */
  async addClient(client: {
    readonly username: string;
    readonly passwordHash: string;
    readonly creationId: CommandId;
  }): Promise<User | undefined> {
    const { rows } = await this.#pool.query<UserRow>(
      `insert into users (id, username, password_hash, role, creation_id, creation_sent_at, creation_attempts)
       values ($1, $2, $3, 'CLIENT', $4, now(), 1) on conflict (username) do nothing returning ${userColumns}`,
      [randomUUID(), client.username, client.passwordHash, client.creationId],
    );
    return rows.map(userOf)[0];
  }

  /** A user by name with the hash of the password. */
  async named(username: string): Promise<{ readonly user: User; readonly passwordHash: string } | undefined> {
    const { rows } = await this.#pool.query<UserRow & { readonly passwordHash: string }>(
      `select ${userColumns}, password_hash as "passwordHash" from users where username = $1`,
      [username],
    );
    return rows.map(row => ({ user: userOf(row), passwordHash: row.passwordHash }))[0];
  }

  /** A user as it is now. */
  async withId(id: UserId): Promise<User | undefined> {
    const { rows } = await this.#pool.query<UserRow>(`select ${userColumns} from users where id = $1`, [id]);
    return rows.map(userOf)[0];
  }

  /**
   * Gives a user another password, and ends all sessions but the one that goes on.
   *
   * @returns false when the password is no longer the one that was checked
   */
  async changePassword(id: UserId, { from, to, keeping }: { readonly from: string; readonly to: string; readonly keeping: SessionHash }): Promise<boolean> {
    return inTransaction(this.#pool, async client => {
      const { rowCount } = await client.query('update users set password_hash = $3 where id = $1 and password_hash = $2', [id, from, to]);
      if (rowCount === 0) return false;
      await endSessions(client, id, { but: keeping });
      return true;
    });
  }

  /** Removes a client whose account the bank refused to open, so that the name is free again. */
  async removeRefused(id: UserId): Promise<void> {
    await this.#pool.query('delete from users where id = $1 and creation_refusal is not null', [id]);
  }

  /**
   * Makes the one employee, or gives it another password. Sessions of employees end, here and on other instances.
   *
   * @throws EmployeeNameTakenError when the name is a client's
   */
  async setEmployee(username: string, passwordHash: string): Promise<void> {
    const { rowCount } = await this.#pool.query(
      `insert into users (id, username, password_hash, role) values ($1, $2, $3, 'EMPLOYEE')
       on conflict (username) do update set password_hash = excluded.password_hash where users.role = 'EMPLOYEE' returning id`,
      [randomUUID(), username, passwordHash],
    );
    if (rowCount === 0) throw new EmployeeNameTakenError(username);
    await endSessionsOfEmployees(this.#pool);
    await this.#pool.query(`delete from users where role = 'EMPLOYEE' and username <> $1`, [username]);
  }
}
