import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSuite } from '@bank/stack';
import { cents, ibanOf, maxCents, minCents, type Cents, type Iban } from '@bank/topology';
import { createTables, type Database } from '../testing/database.ts';
import { accountCursorOf, Accounts, parseAccountCursor, type AccountSort } from './accounts.ts';

const sorts = ['IBAN', 'BALANCE', 'LAST_CHANGE'] as const;
const encoded = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');
const someIban = ibanOf('0000000001');

const ibans = fc.bigInt({ min: 0n, max: 10n ** 9n - 1n }).map(number => ibanOf(String(number).padStart(10, '0')));
const balances = fc.bigInt({ min: minCents, max: maxCents }).map(cents);
const changeTimes = fc.option(fc.date({ min: new Date(0), max: new Date(Date.UTC(9_999)), noInvalidDate: true }));
const anyAccount = fc.record({ iban: ibans, balance: balances, changedAt: changeTimes });

/** Texts of any kind, and such as only somebody who knows how cursors are made would try. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json().map(text => Buffer.from(text).toString('base64url')),
  fc.tuple(
    fc.constantFrom(...sorts, 'constructor', '__proto__'),
    fc.oneof(
      fc.constantFrom('', '0', '-0', '00', '9223372036854775808', '9'.repeat(19), '-infinity', 'infinity', '----------', '2025-02-30 12:00:00'),
      fc.constantFrom('2025-01-31T12:00:00.000Z', '2025-01-31T12:00:00Z', '-000001-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z'),
      fc.stringMatching(/^[\d\-:.+ TZ]*$/),
    ),
    fc.constantFrom<string>(someIban, 'NL00OPEN0000000001', `${someIban}'`),
  ).map(encoded),
);

describe('a cursor among accounts', () => {
  it('names the place in the order it was made for, and none in another', () => {
    fc.assert(fc.property(anyAccount, fc.constantFrom(...sorts), fc.constantFrom(...sorts), (account, sort, other) => {
      const cursor = accountCursorOf(sort, account);
      expect(parseAccountCursor(cursor, sort)).toMatchObject([sort, expect.any(String), account.iban]);
      if (other !== sort) expect(parseAccountCursor(cursor, other)).toBeUndefined();
    }));
  });

  it('is either none, or just as it would be given for the place it names, whatever the text', () => {
    fc.assert(fc.property(hostile, fc.constantFrom(...sorts), (cursor, sort) => {
      const place = parseAccountCursor(cursor, sort);
      if (place !== undefined) expect(encoded(place)).toBe(cursor);
    }), { numRuns: 10_000 });
  });

  it.each([
    ['the empty text', '', 'IBAN'],
    ['a place without its IBAN', encoded(['IBAN', '']), 'IBAN'],
    ['an IBAN with the wrong check digits', encoded(['IBAN', '', 'NL00OPEN0000000001']), 'IBAN'],
    ['more than a place', encoded(['IBAN', '', someIban, '']), 'IBAN'],
    ['a balance beyond 64 bits', encoded(['BALANCE', '9223372036854775808', someIban]), 'BALANCE'],
    ['a balance that is written in another way', encoded(['BALANCE', '007', someIban]), 'BALANCE'],
    ['no time', encoded(['LAST_CHANGE', '----------', someIban]), 'LAST_CHANGE'],
    ['a day that there is not', encoded(['LAST_CHANGE', '2025-02-30T12:00:00.000Z', someIban]), 'LAST_CHANGE'],
    ['a time that PostgreSQL would read as another', encoded(['LAST_CHANGE', '2025-01-31 12:00:00', someIban]), 'LAST_CHANGE'],
  ] as const)('is none when it is %s', (_what, cursor, sort) => {
    expect(parseAccountCursor(cursor, sort)).toBeUndefined();
  });
});

describe('the accounts', () => {
  const resources = new AsyncDisposableStack();
  let database: Database;
  let accounts: Accounts;

  type Row = { readonly iban: Iban; readonly balance: Cents; readonly changedAt: Date | null };

  const fill = async (rows: readonly Row[]): Promise<void> => {
    await database.pool.query('truncate accounts');
    await database.pool.query(
      `insert into accounts (iban, ordinal, balance, changed_at) select iban, 0, balance, changed_at
       from unnest($1::text[], $2::bigint[], $3::timestamptz[]) as given (iban, balance, changed_at)`,
      [rows.map(({ iban }) => iban), rows.map(({ balance }) => balance), rows.map(({ changedAt }) => changedAt)],
    );
  };

  /** All accounts, so many a page. */
  const paged = async (sort: AccountSort, first: number, search = ''): Promise<readonly Row[]> => {
    const found: Row[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await accounts.list({ search, sort, first, after: after === undefined ? undefined : parseAccountCursor(after, sort) });
      found.push(...page.accounts.map(({ account }) => account));
      after = page.accounts.at(-1)?.cursor;
      if (!page.hasMore) return found;
    }
  };

  beforeAll(async () => {
    const suite = resources.use(await createSuite());
    database = resources.use(await createTables(suite));
    accounts = new Accounts(database.pool);
  });
  afterAll(() => resources.disposeAsync());

  const timeOf = ({ changedAt }: Row): number => changedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  const compare = <V>(a: V, b: V): number => (a < b ? -1 : a > b ? 1 : 0);
  const inOrder = {
    IBAN: (a: Row, b: Row) => compare(a.iban, b.iban),
    BALANCE: (a: Row, b: Row) => compare(b.balance, a.balance) || compare(b.iban, a.iban),
    LAST_CHANGE: (a: Row, b: Row) => compare(timeOf(b), timeOf(a)) || compare(b.iban, a.iban),
  } as const satisfies Record<AccountSort, unknown>;

  it('come page by page as they come all at once: each once, in the order that was asked for, whatever they hold', async () => {
    // Few balances and few times, so that many are alike.
    const rows = fc.uniqueArray(
      fc.record({
        iban: ibans,
        balance: fc.oneof(fc.constantFrom(0n, -1n, minCents, maxCents).map(cents), balances),
        changedAt: fc.oneof(fc.constantFrom(null, new Date(0), new Date(1_738_324_800_001)), changeTimes),
      }),
      { selector: ({ iban }) => iban, minLength: 1, maxLength: 30 },
    );
    await fc.assert(fc.asyncProperty(rows, fc.constantFrom(...sorts), fc.integer({ min: 1, max: 7 }), async (given, sort, first) => {
      await fill(given);
      expect(await paged(sort, first)).toEqual(given.toSorted(inOrder[sort]));
    }), { numRuns: 40 });
  });

  it('are those whose IBAN holds the text in any case, taken literally', async () => {
    const [one, two] = [ibanOf('0000000012'), ibanOf('0000000120')];
    await fill([one, two].map(iban => ({ iban, balance: cents(0n), changedAt: null })));
    const found = async (search: string): Promise<readonly Iban[]> => (await paged('IBAN', 10, search)).map(({ iban }) => iban);
    expect(await found('open000000012')).toEqual([two]);
    expect((await found('0012')).toSorted()).toEqual([one, two].toSorted());
    for (const nothing of ['%', '_', '\\', 'NL__', 'nl%', "'"]) expect(await found(nothing)).toEqual([]);
  });
});
