/** What can be waited for, and how those who wait are told, on every instance: by PostgreSQL's NOTIFY. */
import type { ClientBase, Pool } from 'pg';
import type { CommandId, Iban } from '@bank/topology';

/** The one channel of NOTIFY. */
export const channel = 'bell';

/** PostgreSQL takes less than 8,000 bytes in one notification; keys are ASCII. */
const payloadBytes = 7_900;

export type Key = string & { readonly brand: 'Key' };

const key = (kind: string, name: string): Key => `${kind}/${name}` as Key;

/** Some accounts have new transactions. */
export const changesKey: Key = key('changes', 'all');
/** An account has new transactions. */
export const accountKey = (iban: Iban): Key => key('account', iban);
/** A transfer or deposit has its outcome. */
export const commandKey = (id: CommandId): Key => key('command', id);
/** The bank answered the opening of a user's account. */
export const userKey = (userId: string): Key => key('user', userId);
/** A session ended. */
export const sessionKey = (hash: string): Key => key('session', hash);

/** Rings for keys: when the transaction of this connection commits, or at once outside of one. */
export const ring = async (database: Pool | ClientBase, keys: readonly Key[]): Promise<void> => {
  if (keys.length === 0) return;
  await database.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [channel, payloadsOf(keys)]);
};

/** Keys as few payloads, each within PostgreSQL's limit. */
export const payloadsOf = (keys: readonly Key[]): readonly string[] => {
  const payloads: string[] = [];
  let payload = '';
  for (const each of new Set<string>(keys)) {
    if (payload.length + each.length >= payloadBytes) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? each : ` ${each}`;
  }
  return [...payloads, payload];
};

/** The keys of a payload. */
export const keysOf = (payload: string): readonly string[] => payload.split(' ');
