import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '@bank/service/database';
import { createSuite, type Suite } from '@bank/stack';
import { cents, commandIdOf, company, ibanOf, type Iban } from '@bank/topology';
import { createTables, projectionIn, type Database } from '../testing/database.ts';
import type { Batch, Change } from './batch.ts';
import { beforeEverything, isBeyond, movedTo } from './cursor.ts';
import { project, projectCompany } from './projection.ts';
import { Transactions, type Transaction } from './transactions.ts';

const all = { direction: 'ALL', minAmount: null, search: '' } as const;

const resources = new AsyncDisposableStack();
let suite: Suite;
let database: Database;
/** For logs that are projected as a whole, and in parts. */
let wholes: Database;
let parts: Database;
let transactions: Transactions;

const newDatabase = async (): Promise<Database> => {
  const made = resources.use(await createTables(suite));
  await inTransaction(made.pool, projectCompany);
  return made;
};

beforeAll(async () => {
  suite = resources.use(await createSuite());
  [database, wholes, parts] = [await newDatabase(), await newDatabase(), await newDatabase()];
  transactions = new Transactions(database.pool);
});
afterAll(() => resources.disposeAsync());

const emptied = async (of: Database): Promise<Database> => {
  await of.pool.query('truncate transactions, accounts');
  await inTransaction(of.pool, projectCompany);
  return of;
};

const someTransfer = commandIdOf(Uint8Array.from({ length: 16 }, (_, at) => at));

let accounts = 0;
const newIban = (): Iban => ibanOf(String((accounts += 1)).padStart(10, '0'));

/** The change that makes an account's balance as many cents as its version. */
const change = (iban: Iban, version: bigint, more: Partial<Change> = {}): Change => ({
  iban, ordinal: version, version, changedBy: cents(1n), newBalance: cents(version), fromTo: 'cash', description: 'deposit',
  transferId: null, changedAt: new Date(1_738_324_800_000), partition: 0, offset: version - 1n,
  publishedAt: new Date(1_738_324_800_100), ...more,
});

const unnumbered = (iban: Iban, offset: bigint, balance: bigint): Change =>
  change(iban, 0n, { ordinal: offset + 1n, offset, newBalance: cents(balance) });

const projectInto = ({ pool }: Database, changes: readonly Change[]) => {
  const batch: Batch = { changes, openings: [], settlements: [], unreadable: [], events: changes.length, next: [] };
  return project(pool, batch);
};

const versionsSeen = async (iban: Iban): Promise<readonly bigint[]> =>
  (await transactions.newer(iban, { first: 100, than: 0n })).map(({ ordinal }) => ordinal);

describe('an account', () => {
  it('has the balance after its newest transaction', async () => {
    const iban = newIban();
    await projectInto(database, [change(iban, 1n), change(iban, 2n)]);
    expect(await transactions.account(iban)).toMatchObject({ iban, balance: 2n });
  });

  it('is not known before anything happened on it', async () => {
    expect(await transactions.account(newIban())).toBeUndefined();
  });

  it('of the company begins with its opening balance', async () => {
    expect(await transactions.company()).toEqual({ iban: company.iban, balance: 10n ** 17n, changedAt: null });
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
    expect((await transactions.older(iban, { first: 10, than: undefined, wanted: all })).transactions).toHaveLength(1);
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

describe('an event that contradicts another', () => {
  it.each([
    ['another amount', { changedBy: cents(2n) }],
    ['another balance', { newBalance: cents(9n) }],
    ['another party', { fromTo: 'somebody else' }],
    ['another text', { description: 'something else' }],
    ['another transfer', { transferId: someTransfer }],
    ['another time', { changedAt: new Date(1_738_324_800_001) }],
  ])('by %s stops its account there, and no other', async (_what, more) => {
    const [stopped, other] = [newIban(), newIban()];
    await projectInto(database, [change(stopped, 1n), change(stopped, 2n)]);
    const contradicting = change(stopped, 2n, { offset: 7n, ...more });
    const projected = await projectInto(database, [contradicting, change(stopped, 3n, { offset: 8n }), change(other, 1n)]);
    expect(projected.stopped).toEqual([{ iban: stopped, version: 2n, partition: 0, offset: 7n, why: 'another event bears the same version' }]);
    expect(await versionsSeen(stopped)).toEqual([1n, 2n]);
    expect(await versionsSeen(other)).toEqual([1n]);
    expect((await projectInto(database, [contradicting, change(stopped, 4n, { offset: 9n })])).stopped).toEqual([]);
    expect(await transactions.account(stopped)).toMatchObject({ balance: 2n });
  });

  it('is none when it is the same event of a producer that does not say when it happened', async () => {
    const iban = newIban();
    const [first, again] = [new Date(1_738_324_800_000), new Date(1_738_324_900_000)];
    await projectInto(database, [change(iban, 1n, { changedAt: first, publishedAt: first })]);
    const { stopped } = await projectInto(database, [change(iban, 1n, { offset: 5n, changedAt: again, publishedAt: again }), change(iban, 2n)]);
    expect(stopped).toEqual([]);
    expect(await versionsSeen(iban)).toEqual([1n, 2n]);
  });

  it('is one without a version on a numbered account, and the other way round', async () => {
    const [numbered, plain] = [newIban(), newIban()];
    await projectInto(database, [change(numbered, 1n), unnumbered(plain, 10n, 1n)]);
    const { stopped } = await projectInto(database, [unnumbered(numbered, 11n, 2n), change(plain, 12n, { offset: 12n })]);
    expect(stopped.map(({ iban, why }) => [iban, why])).toEqual([[numbered, 'the account is numbered'], [plain, 'the account is unnumbered']]);
    await projectInto(database, [change(numbered, 2n, { offset: 13n }), unnumbered(plain, 14n, 2n)]);
    expect(await versionsSeen(numbered)).toEqual([1n]);
    expect(await versionsSeen(plain)).toEqual([11n]);
  });
});

/** What happens to some accounts, as a topic may hold it: changes overtake one another, come again, and now and then one contradicts. */
const history = fc
  .array(
    fc.record({ account: fc.nat(3), back: fc.nat(3), kind: fc.constantFrom('new', 'new', 'new', 'again', 'false') }),
    { minLength: 1, maxLength: 60 },
  )
  .map(steps => {
    const ibans = Array.from({ length: 4 }, newIban);
    const versions = new Map<Iban, bigint[]>();
    return steps.flatMap(({ account, back, kind }, at): readonly Change[] => {
      const iban = ibans[account] ?? company.iban;
      const sent = versions.get(iban) ?? [];
      versions.set(iban, sent);
      const missing = Array.from({ length: sent.length + 2 }, (_, before) => BigInt(before + 1)).filter(version => !sent.includes(version));
      const version = kind === 'new' ? (missing[back % 2] ?? 1n) : sent.at(-1 - back);
      if (version === undefined) return [];
      if (kind === 'new') sent.push(version);
      const place = { partition: account % 2, offset: BigInt(at) };
      return [change(iban, version, { ...place, ...(kind === 'false' && { changedBy: cents(99n) }) })];
    });
  });

/** Cuts a log into batches, each of which may begin some way back in the one before. */
const cuts = fc.array(fc.record({ length: fc.integer({ min: 1, max: 12 }), back: fc.nat(4) }), { minLength: 60, maxLength: 60 });

describe('however the log is cut into batches', () => {
  it('its rows are the same, and who follows all accounts is given each transaction that is seen once, in the order of its account', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(history, cuts, async (log, batches) => {
        const [once, cut] = await Promise.all([emptied(wholes), emptied(parts)]);
        await projectInto(once, log);
        const followed: Transaction[] = [];
        let frontier = beforeEverything;
        let done = 0;
        for (const { length, back } of batches) {
          if (done >= log.length) break;
          await projectInto(cut, log.slice(Math.max(0, done - back), done + length));
          done += length;
          for (const transaction of await new Transactions(cut.pool).beyond(frontier, { ofEach: 1_000 })) {
            expect(isBeyond(transaction.place, frontier)).toBe(true);
            frontier = movedTo(transaction.place, frontier);
            followed.push(transaction);
          }
        }
        expect(await projectionIn(cut.pool)).toEqual(await projectionIn(once.pool));
        for (const iban of new Set(log.map(change => change.iban))) {
          const seen = await new Transactions(once.pool).newer(iban, { first: 100, than: 0n });
          expect(followed.filter(each => each.iban === iban).map(({ ordinal }) => ordinal)).toEqual(seen.map(({ ordinal }) => ordinal));
        }
        expect((await new Transactions(once.pool).beyond(beforeEverything, { ofEach: 1_000 })).length).toBe(followed.length);
      }),
      { numRuns: 60 },
    );
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
