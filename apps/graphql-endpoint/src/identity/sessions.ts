/** Sessions in PostgreSQL: the client holds a random id, the table only its hash. */
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { ring, sessionKey } from '../live/keys.ts';
import { userColumns, userOf, type UserRow } from './users.ts';
import type { User, UserId } from './viewer.ts';

/** However much it is used, a session ends 12 hours after the log-in. */
const lifetimeMs = 12 * 60 * 60 * 1000;

/** What the cookie holds: 256 random bits as base64url. */
export type SessionId = string & { readonly brand: 'SessionId' };

/** SHA-256 of a session's id, as hexadecimal text: names a session without giving it away. */
export type SessionHash = string & { readonly brand: 'SessionHash' };

export type Session = { readonly hash: SessionHash; readonly user: User; readonly expiresAt: Date };

export const isSessionId = (text: string): text is SessionId => /^[\w-]{43}$/.test(text);

export const hashOf = (id: SessionId): SessionHash => createHash('sha256').update(id).digest('hex') as SessionHash;

export class Sessions {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Begins a session; the id is shown only here. Sessions that ended by themselves are cleared away on the way. */
  async begin(userId: UserId): Promise<{ readonly id: SessionId; readonly expiresAt: Date }> {
    const id = randomBytes(32).toString('base64url') as SessionId;
    const expiresAt = new Date(Date.now() + lifetimeMs);
    await this.#pool.query(
      `with expired as (delete from sessions where expires_at <= now())
       insert into sessions (id_hash, user_id, expires_at) values (decode($1, 'hex'), $2, $3)`,
      [hashOf(id), userId, expiresAt],
    );
    return { id, expiresAt };
  }

  /** The session with this hash, and its user as it is now; undefined when there is none or it has ended. */
  async find(hash: SessionHash): Promise<Session | undefined> {
    const { rows } = await this.#pool.query<UserRow & { readonly expiresAt: Date }>(
      `select ${userColumns}, sessions.expires_at as "expiresAt" from sessions join users on users.id = sessions.user_id
       where sessions.id_hash = decode($1, 'hex') and sessions.expires_at > now()`,
      [hash],
    );
    return rows.map(row => ({ hash, user: userOf(row), expiresAt: row.expiresAt }))[0];
  }

  /** Ends one session, and tells all instances, whose open sockets of that session end too. */
  async end(hash: SessionHash): Promise<void> {
    await this.#pool.query(`delete from sessions where id_hash = decode($1, 'hex')`, [hash]);
    await ring(this.#pool, [sessionKey(hash)]);
  }

  /** Ends all sessions of a user. */
  async endAll(userId: UserId): Promise<void> {
    const { rows } = await this.#pool.query<{ readonly hash: SessionHash }>(
      `delete from sessions where user_id = $1 returning encode(id_hash, 'hex') as hash`,
      [userId],
    );
    await ring(this.#pool, rows.map(({ hash }) => sessionKey(hash)));
  }
}
