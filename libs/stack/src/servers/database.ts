/** Databases that only their own roles can enter. */
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { loopback } from '../process/ports.ts';

/** A database on the stack's PostgreSQL, and who may enter it. */
export type Login = {
  readonly port: number;
  readonly name: string;
  readonly role: string;
  readonly password: string;
  /** On a server that speaks TLS: the certificate of the authority that its own must be of. */
  readonly caFile?: string | undefined;
};

/** Who enters which database. */
export type Credentials = Pick<Login, 'name' | 'role' | 'password'>;

/** A database of a service, which may read and write its rows but not change its tables: that is its owner's, who migrates it. */
export type ServiceDatabase<L extends Credentials = Login> = { readonly owner: L; readonly service: L };

/** What an address says of TLS. */
export const tlsQuery = (caFile: string | undefined): string =>
  (caFile === undefined ? '' : `?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`);

/** A login as an address: postgres://role:password@127.0.0.1:port/name. */
export const databaseUrl = ({ port, name, role, password, caFile }: Login): string =>
  `postgres://${encodeURIComponent(role)}:${encodeURIComponent(password)}@${loopback}:${port}/${encodeURIComponent(name)}${tlsQuery(caFile)}`;

/** The address of another login on the same server. */
const urlBeside = (url: string, login: Credentials): string => {
  const { port, searchParams } = new URL(url);
  return databaseUrl({ ...login, port: Number(port), caFile: searchParams.get('sslrootcert') ?? undefined });
};

/** A connection that ends with the block that uses it. */
const connect = async (url: string): Promise<Client & AsyncDisposable> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
};

const exists = async (client: Client, query: string, name: string): Promise<boolean> =>
  (await client.query(query, [name])).rowCount === 1;

/** Makes a role that can log in, or gives it this password. */
const createRole = async (client: Client, { role, password }: Credentials): Promise<void> => {
  const name = escapeIdentifier(role);
  if (!(await exists(client, 'select from pg_roles where rolname = $1', role))) await client.query(`create role ${name} login`);
  await client.query(`alter role ${name} password ${escapeLiteral(password)}`);
};

/**
 * Makes a database with a role of its own, and sees to it that no other role can connect to it; safe to run again.
 *
 * @param adminUrl the address of a superuser
 * @returns the address for the role
 */
export const createDatabase = async (adminUrl: string, login: Credentials): Promise<string> => {
  await using client = await connect(adminUrl);
  const database = escapeIdentifier(login.name);
  await createRole(client, login);
  const isThere = await exists(client, 'select from pg_database where datname = $1', login.name);
  if (!isThere) await client.query(`create database ${database} owner ${escapeIdentifier(login.role)}`);
  await client.query(`revoke all on database ${database} from public`);
  return urlBeside(adminUrl, login);
};

/**
 * Makes a database with an owner, and a role that may read and write all rows of it but no more; safe to run again. A database that
 * the service owned itself becomes the owner's, with all that is in it.
 *
 * @param adminUrl the address of a superuser
 * @returns the addresses for both
 */
export const createServiceDatabase = async (adminUrl: string, { owner, service }: ServiceDatabase<Credentials>): Promise<{ ownerUrl: string; url: string }> => {
  const ownerUrl = await createDatabase(adminUrl, owner);
  const [ownerRole, serviceRole] = [escapeIdentifier(owner.role), escapeIdentifier(service.role)];
  const rights = 'select, insert, update, delete';
  await using client = await connect(Object.assign(new URL(adminUrl), { pathname: encodeURIComponent(owner.name) }).href);
  await createRole(client, service);
  for (const statement of [
    `reassign owned by ${serviceRole} to ${ownerRole}`,
    `grant connect on database ${escapeIdentifier(owner.name)} to ${serviceRole}`,
    `grant usage on schema public to ${serviceRole}`,
    `grant ${rights} on all tables in schema public to ${serviceRole}`,
    // What the owner makes from now on.
    `alter default privileges for role ${ownerRole} in schema public grant ${rights} on tables to ${serviceRole}`,
  ]) await client.query(statement);
  return { ownerUrl, url: urlBeside(adminUrl, service) };
};

/** Sees to it that only superusers can connect to the databases that every new server has. */
export const closeToOthers = async (adminUrl: string): Promise<void> => {
  await using client = await connect(adminUrl);
  await client.query('revoke all on database postgres, template1 from public');
};

/** Drops a database with everyone in it, and its roles. */
export const dropDatabase = async (adminUrl: string, { name, roles }: { readonly name: string; readonly roles: readonly string[] }): Promise<void> => {
  await using client = await connect(adminUrl);
  await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
  for (const role of roles) await client.query(`drop role if exists ${escapeIdentifier(role)}`);
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
