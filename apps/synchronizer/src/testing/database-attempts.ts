/** What somebody may try in PostgreSQL, each as one statement in a transaction that is rolled back. Rights are looked at before rows are: that there are none changes nothing. */
import pg from 'pg';

type Table = {
  /** Quoted where it has to be. */
  readonly name: string;
  /** One of its columns. */
  readonly column: string;
};

const onTable = {
  'select': ({ name }) => `select from ${name} limit 1`,
  'insert': ({ name }) => `insert into ${name} select * from ${name} where false`,
  'update': ({ name, column }) => `update ${name} set ${column} = ${column} where false`,
  'delete': ({ name }) => `delete from ${name} where false`,
  'truncate': ({ name }) => `truncate ${name} cascade`,
  'alter': ({ name }) => `alter table ${name} add column another integer`,
  'drop': ({ name }) => `drop table ${name} cascade`,
} as const satisfies Record<string, (table: Table) => string>;

export const onDatabase = {
  'create a table': 'create table another (id integer)',
  'create a schema': 'create schema another',
  'create a temporary table': 'create temporary table another (id integer)',
} as const;

export const onServer = {
  'create a role': 'create role another',
  'take a role': 'set role postgres',
  'read the passwords': 'select from pg_authid',
  'read a file': `select pg_read_file('PG_VERSION')`,
  'run a program': `copy (select) to program 'true'`,
} as const;

/** What PostgreSQL calls insufficient privilege. */
const refused = '42501';

/** Somebody connected to one database. */
export class Guest implements AsyncDisposable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** @throws pg's error, in which PostgreSQL says why it does not let somebody in */
  static async enter(url: string): Promise<Guest> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new Guest(client);
  }

  /** Which of some statements PostgreSQL lets somebody make. @throws pg's error when one fails otherwise than by being refused */
  async allowedOf(statements: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const allowed: string[] = [];
    for (const [what, statement] of Object.entries(statements)) if (await this.#isAllowed(statement)) allowed.push(what);
    return allowed;
  }

  /** The same for every table of the database that is not PostgreSQL's own. */
  async allowedOnTables(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { rows } = await this.#client.query<Table>(
      `select quote_ident(relname) as name, quote_ident(attname) as column
       from pg_class join pg_namespace on pg_namespace.oid = relnamespace join pg_attribute on attrelid = pg_class.oid and attnum = 1
       where relkind in ('r', 'p') and nspname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    const allowed: Record<string, readonly string[]> = {};
    for (const table of rows) {
      const statements = Object.entries(onTable).map(([what, statement]) => [what, statement(table)] as const);
      allowed[table.name] = await this.allowedOf(Object.fromEntries(statements));
    }
    return allowed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }

  async #isAllowed(statement: string): Promise<boolean> {
    await this.#client.query('begin');
    try {
      await this.#client.query(statement);
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === refused) return false;
      throw error;
    } finally {
      await this.#client.query('rollback');
    }
  }
}
