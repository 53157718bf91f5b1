/** Databases that only their own role can enter. */
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { loopback } from '../process/ports.ts';

/** A database on the stack's PostgreSQL, and who may enter it. */
export type Login = {
  readonly port: number;
  readonly name: string;
  readonly role: string;
  readonly password: string;
};

/** A login as an address: postgres://role:password@127.0.0.1:port/name. */
export const databaseUrl = ({ port, name, role, password }: Login): string =>
  `postgres://${encodeURIComponent(role)}:${encodeURIComponent(password)}@${loopback}:${port}/${encodeURIComponent(name)}`;

/** Reads an address made by `databaseUrl`. */
const parse = (url: string): Login => {
  const { port, username, password, pathname } = new URL(url);
  const name = decodeURIComponent(pathname.slice(1));
  return { port: Number(port), name, role: decodeURIComponent(username), password: decodeURIComponent(password) };
};

/** A connection that ends with the block that uses it. */
const connect = async (url: string): Promise<Client & AsyncDisposable> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
};

const exists = async (client: Client, query: string, name: string): Promise<boolean> =>
  (await client.query(query, [name])).rowCount === 1;

/**
 * Makes a database with a role of its own, and sees to it that no other role can connect to it; safe to run again.
 *
 * @param adminUrl the address of a superuser
 * @returns the address for the role
 */
export const createDatabase = async (adminUrl: string, { name, role, password }: Omit<Login, 'port'>): Promise<string> => {
  await using client = await connect(adminUrl);
  const [database, owner] = [escapeIdentifier(name), escapeIdentifier(role)];
  if (!(await exists(client, 'select from pg_roles where rolname = $1', role))) await client.query(`create role ${owner} login`);
  await client.query(`alter role ${owner} password ${escapeLiteral(password)}`);
  const isThere = await exists(client, 'select from pg_database where datname = $1', name);
  if (!isThere) await client.query(`create database ${database} owner ${owner}`);
  await client.query(`revoke all on database ${database} from public`);
  return databaseUrl({ port: parse(adminUrl).port, name, role, password });
};

/** Sees to it that only superusers can connect to the databases that every new server has. */
export const closeToOthers = async (adminUrl: string): Promise<void> => {
  await using client = await connect(adminUrl);
  await client.query('revoke all on database postgres, template1 from public');
};

/** Drops a database with everyone in it, and its role. */
export const dropDatabase = async (adminUrl: string, { name, role }: Pick<Login, 'name' | 'role'>): Promise<void> => {
  await using client = await connect(adminUrl);
  await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
  await client.query(`drop role if exists ${escapeIdentifier(role)}`);
};

/** Whether a login works. */
export const canConnect = async (url: string): Promise<boolean> => {
  try {
    await using client = await connect(url);
    await client.query('select 1');
    return true;
  } catch {
    return false;
  }
};
