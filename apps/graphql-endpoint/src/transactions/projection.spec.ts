import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '@bank/service/database';
import { createSuite, type Suite } from '@bank/stack';
import { cents, company, ibanOf, type Iban } from '@bank/topology';
import { createTables, projectionIn, type Database } from '../testing/database.ts';
import type { Batch, Change } from './batch.ts';
import { project, projectCompany } from './projection.ts';
import { Transactions } from './transactions.ts';

const resources = new AsyncDisposableStack();
let suite: Suite;
let database: Database;
let transactions: Transactions;

const newDatabase = async (): Promise<Database> => {
  const made = resources.use(await createTables(suite));
  await inTransaction(made.pool, projectCompany);
  return made;
};

beforeAll(async () => {
  suite = resources.use(await createSuite());
  database = await newDatabase();
  transactions = new Transactions(database.pool);
});
afterAll(() => resources.disposeAsync());

let accounts = 0;
const newIban = (): Iban => ibanOf(String((accounts += 1)).padStart(10, '0'));

/** The change that makes an account's balance as many cents as its version. */
const change = (iban: Iban, version: bigint, more: Partial<Change> = {}): Change => ({
  iban, ordinal: version, version, changedBy: cents(1n), newBalance: cents(version), fromTo: 'cash', description: 'deposit',
  transferId: null, changedAt: new Date(1_738_324_800_000), partition: 0, offset: version - 1n, ...more,
});

const unnumbered = (iban: Iban, offset: bigint, balance: bigint): Change =>
  change(iban, 0n, { ordinal: offset + 1n, offset, newBalance: cents(balance) });

const projectInto = ({ pool }: Database, changes: readonly Change[]) => {
  const batch: Batch = { changes, openings: [], settlements: [], unreadable: [], next: [] };
  return inTransaction(pool, client => project(client, batch));
};

const versionsSeen = async (iban: Iban): Promise<readonly bigint[]> =>
  (await transactions.newer(iban, { first: 100, than: 0n })).map(({ ordinal }) => ordinal);

describe('an account', () => {
  it('has the balance after its newest transaction', async () => {
    const iban = newIban();
    await projectInto(database, [change(iban, 1n), change(iban, 2n)]);
    expect(await transactions.account(iban)).toEqual({ iban, balance: 2n });
  });

  it('is not known before anything happened on it', async () => {
    expect(await transactions.account(newIban())).toBeUndefined();
  });

  it('of the company begins with its opening balance', async () => {
    expect(await transactions.company()).toEqual({ iban: company.iban, balance: 10n ** 17n });
  });
});

describe('a change', () => {
  it('that comes again is there once, in the same batch and in a later one', async () => {
    const iban = newIban();
    expect(await projectInto(database, [change(iban, 1n), change(iban, 1n, { offset: 7n })])).toMatchObject({ transactionsAdded: 1 });
    expect(await projectInto(database, [change(iban, 1n, { offset: 9n }), change(iban, 2n)])).toMatchObject({ transactionsAdded: 1 });
    expect(await versionsSeen(iban)).toEqual([1n, 2n]);
  });

  it('that overtook another is seen when that is there too', async () => {
    const iban = newIban();
    await projectInto(database, [change(iban, 1n), change(iban, 3n), change(iban, 4n)]);
    expect(await versionsSeen(iban)).toEqual([1n]);
    expect(await transactions.account(iban)).toMatchObject({ balance: 1n });
    expect((await transactions.older(iban, { first: 10, than: undefined })).transactions).toHaveLength(1);
    await projectInto(database, [change(iban, 2n)]);
    expect(await versionsSeen(iban)).toEqual([1n, 2n, 3n, 4n]);
    expect(await transactions.account(iban)).toMatchObject({ balance: 4n });
  });

  it('that overtook another does not hold up other accounts', async () => {
    const [gapped, other] = [newIban(), newIban()];
    await projectInto(database, [change(gapped, 2n), change(other, 1n)]);
    expect(await versionsSeen(gapped)).toEqual([]);
    expect(await versionsSeen(other)).toEqual([1n]);
  });

  it('that is unnumbered is taken in the order of the log, without a check for gaps', async () => {
    const iban = newIban();
    await projectInto(database, [unnumbered(iban, 10n, 100n), unnumbered(iban, 25n, 200n)]);
    await projectInto(database, [unnumbered(iban, 25n, 200n), unnumbered(iban, 26n, 300n)]);
    expect(await versionsSeen(iban)).toEqual([11n, 26n, 27n]);
    expect(await transactions.account(iban)).toMatchObject({ balance: 300n });
  });

  it('is seen in order also when two instances project one account at once', async () => {
    const iban = newIban();
    const all = Array.from({ length: 40 }, (_, at) => change(iban, BigInt(at + 1)));
    const [odd, even] = [all.filter((_, at) => at % 2 === 0), all.filter((_, at) => at % 2 === 1)];
    const inTurn = async (changes: readonly Change[]): Promise<void> => {
      for (const each of changes) await projectInto(database, [each]);
    };
    await Promise.all([inTurn(odd), inTurn(even)]);
    expect(await transactions.end(iban)).toBe(40n);
  });
});

describe('a rebuild', () => {
  it('gives the same rows, however the log is cut into batches and however often parts of it come again', async () => {
    const ibans = Array.from({ length: 5 }, newIban);
    const log = Array.from({ length: 100 }, (_, at) => {
      const iban = ibans[at % 5] ?? company.iban;
      return change(iban, BigInt(Math.floor(at / 5) + 1), { offset: BigInt(at) });
    });
    const [once, again] = [await newDatabase(), await newDatabase()];
    await projectInto(once, log);
    for (let at = 0; at < log.length; at += 7) await projectInto(again, log.slice(Math.max(0, at - 10), at + 7));
    const rows = await projectionIn(once.pool);
    expect(rows).toHaveLength(100 + 5 + 1);
    expect(await projectionIn(again.pool)).toEqual(rows);
  });
});
