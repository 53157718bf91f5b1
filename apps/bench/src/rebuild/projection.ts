/** The endpoint's projection in its database, as far as it is. */
import pg from 'pg';
import { z } from 'zod';

const Sum = z.tuple([z.object({ sum: z.string().nullable() })]);
const Checksum = z.tuple([z.object({ checksum: z.string() })]);

/** What PostgreSQL says of a table that is not there yet. */
const undefinedTable = '42P01';

export class Projection implements AsyncDisposable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async connect(databaseUrl: string): Promise<Projection> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    return new Projection(client);
  }

  /** How many events are projected: none as well when the endpoint has not made its tables yet. */
  async events(): Promise<number> {
    try {
      const { rows } = await this.#client.query('select sum(next_offset) from projected_offsets');
      return Number(Sum.parse(rows)[0].sum ?? 0);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === undefinedTable) return 0;
      throw error;
    }
  }

  /** Over all rows that follow from the topics alone, in the order of their keys: the same for the same rows. */
  async checksum(): Promise<string> {
    const { rows } = await this.#client.query(
      `select encode(sha256(convert_to(concat_ws(E'\\n\\n',
         (select string_agg(accounts::text, E'\\n' order by iban) from accounts),
         (select string_agg(transactions::text, E'\\n' order by iban, ordinal) from transactions),
         (select string_agg(transfers::text, E'\\n' order by id) from transfers)), 'UTF8')), 'hex') as checksum`,
    );
    return Checksum.parse(rows)[0].checksum;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}
