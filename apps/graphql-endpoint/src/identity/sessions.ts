/** Sessions in PostgreSQL: the client holds a random id, the table only its hash. */
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { endSession, endSessions } from './end-sessions.ts';
import { userColumns, userOf, type UserRow } from './users.ts';
import type { User, UserId } from './viewer.ts';

/** That a session is used is written down once a minute, not at each request; more often only where it would end within minutes. */
const writeUseEveryMs = (idleMs: number): number => Math.min(60_000, idleMs / 10);

/** What the cookie holds: 256 random bits as base64url. */
export type SessionId = string & { readonly brand: 'SessionId' };

/** SHA-256 of a session's id, as hexadecimal text: names a session without giving it away. */
export type SessionHash = string & { readonly brand: 'SessionHash' };

export type Session = { readonly hash: SessionHash; readonly user: User };

export const isSessionId = (text: string): text is SessionId => /^[\w-]{43}$/.test(text);

export const hashOf = (id: SessionId): SessionHash => createHash('sha256').update(id).digest('hex') as SessionHash;

export type Lifetime = {
  /** However much it is used, a session ends so long after the log-in. */
  readonly absoluteMs: number;
  /** It ends so long after it was last used. */
  readonly idleMs: number;
};

export class Sessions {
  readonly #pool: Pool;
  readonly #lifetime: Lifetime;

  constructor(pool: Pool, lifetime: Lifetime) {
    this.#pool = pool;
    this.#lifetime = lifetime;
  }

  /**
   * Begins a session; the id is shown only here. Sessions that ended by themselves are cleared away on the way.
   *
   * @param passwordHash when given, the session begins only if that is still the hash of the user's password
   * @returns undefined when it is not, or the user has gone
   */
  async begin(userId: UserId, passwordHash?: string): Promise<{ readonly id: SessionId; readonly expiresAt: Date } | undefined> {
    const id = randomBytes(32).toString('base64url') as SessionId;
    const expiresAt = new Date(Date.now() + this.#lifetime.absoluteMs);
    // Locked against a change of the password, which ends the sessions that are there, and must not miss this one.
    const { rowCount } = await this.#pool.query(
      `with expired as (delete from sessions where expires_at <= now() or last_used_at <= now() - $5 * interval '1 millisecond')
       insert into sessions (id_hash, user_id, expires_at) select decode($1, 'hex'), id, $3 from users
       where id = $2 and password_hash = coalesce($4, password_hash) for share`,
      [hashOf(id), userId, expiresAt, passwordHash ?? null, this.#lifetime.idleMs],
    );
    return rowCount === 0 ? undefined : { id, expiresAt };
  }

  /** The session with this hash, and its user as it is now; undefined when there is none or it has ended. To find it is to use it. */
  async find(hash: SessionHash): Promise<Session | undefined> {
    const { idleMs } = this.#lifetime;
    const { rows } = await this.#pool.query<UserRow & { readonly isUseToBeWritten: boolean }>({
      name: 'find-session',
      text: `select ${userColumns}, last_used_at <= now() - $3 * interval '1 millisecond' as "isUseToBeWritten"
             from sessions join users on users.id = sessions.user_id
             where id_hash = decode($1, 'hex') and expires_at > now() and last_used_at > now() - $2 * interval '1 millisecond'`,
      values: [hash, idleMs, writeUseEveryMs(idleMs)],
    });
    const [row] = rows;
    if (!row) return undefined;
    if (row.isUseToBeWritten) await this.#pool.query(`update sessions set last_used_at = now() where id_hash = decode($1, 'hex')`, [hash]);
    return { hash, user: userOf(row) };
  }

  /** When the session ends if nobody uses it before; undefined when it has ended. To ask is not to use it. */
  async endOf(hash: SessionHash): Promise<Date | undefined> {
    const { rows } = await this.#pool.query<{ readonly end: Date }>(
      `select "end" from (
         select least(expires_at, last_used_at + $2 * interval '1 millisecond') as "end" from sessions where id_hash = decode($1, 'hex')) as session
       where "end" > now()`,
      [hash, this.#lifetime.idleMs],
    );
    return rows[0]?.end;
  }

  /** Ends one session, and tells all instances, whose open sockets of that session end too. */
  async end(hash: SessionHash): Promise<void> {
    await endSession(this.#pool, hash);
  }

  /** Ends all sessions of a user. */
  async endAll(userId: UserId): Promise<void> {
    await endSessions(this.#pool, userId);
  }
}
