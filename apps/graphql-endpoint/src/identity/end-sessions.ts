/** Ending sessions: in one statement with the ring that ends their open sockets, on every instance. */
import type { ClientBase, Pool } from 'pg';
import { channel, sessionKey } from '../live/keys.ts';
import type { SessionHash } from './sessions.ts';
import type { UserId } from './viewer.ts';

const noHash = '' as SessionHash;

/** Ends the sessions for which a condition holds; within a transaction, others are told when it commits. */
const endThose = async (database: Pool | ClientBase, condition: string, values: unknown[]): Promise<void> => {
  await database.query(
    `with gone as (delete from sessions where ${condition} returning id_hash)
     select pg_notify('${channel}', '${sessionKey(noHash)}' || encode(id_hash, 'hex')) from gone`,
    values,
  );
};

/** Ends one session. */
export const endSession = (database: Pool, hash: SessionHash): Promise<void> => endThose(database, `id_hash = decode($1, 'hex')`, [hash]);

/** Ends all sessions of a user, or all but one. */
export const endSessions = (database: Pool | ClientBase, userId: UserId, { but }: { readonly but?: SessionHash } = {}): Promise<void> =>
  endThose(database, `user_id = $1 and id_hash is distinct from decode($2, 'hex')`, [userId, but ?? null]);

/** Ends all sessions of employees. */
export const endSessionsOfEmployees = (database: Pool): Promise<void> =>
  endThose(database, `user_id in (select id from users where role = 'EMPLOYEE')`, []);
