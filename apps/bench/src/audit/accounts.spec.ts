import { describe, expect, it } from 'vitest';
import { commandIdOf, company, ibanOf } from '@bank/topology';
import { newId } from '../bank/commands.ts';
import { differencesIn, type Evidence } from './accounts.ts';
import { ProjectionBook } from './projection-book.ts';
import { digestOfRow, rowOf, type ProjectedAccount, type Row } from './projection.ts';
import { changed, transfer } from './testing/messages.ts';

const iban = ibanOf('0000000001');
const deposit = transfer(0, newId(), { from: 'cash', to: iban, amount: 5_00n });
const first = changed(0, deposit, { iban, by: 5_00n, leaves: 5_00n, version: 1n });
const second = changed(1, transfer(1, newId(), { from: iban, to: 'shop', amount: 1_00n }), { iban, by: -1_00n, leaves: 4_00n, version: 2n });

const shown: ProjectedAccount = { ordinal: 2n, balance: 4_00n, newest: 2n, lastBalance: 4_00n, balanceThen: 4_00n, stoppedOffset: undefined };
const rows = [first, second].map(rowOf);

type Case = {
  readonly handler: { readonly version: bigint; readonly balance: bigint } | undefined;
  readonly handlerLater: { readonly version: bigint; readonly balance: bigint };
  readonly topics: { readonly version: bigint; readonly balance: bigint; readonly hasGap: boolean } | undefined;
  readonly endpoint: ProjectedAccount | undefined;
  readonly rows: readonly Row[];
  /** Rows that differ from their events, as they are found when they are looked at again. */
  readonly stored: readonly Row[];
};

/** An account on which all agree. */
const good: Case = {
  handler: { version: 2n, balance: 4_00n }, handlerLater: { version: 2n, balance: 4_00n }, topics: { version: 2n, balance: 4_00n, hasGap: false },
  endpoint: shown, rows, stored: [],
};

/** What is wrong with the good account, with some of its evidence replaced; the events are read as they come, the first once more at last. */
const faults = (replaced: Partial<Case>): readonly string[] => {
  const { handler, handlerLater, topics: told, endpoint, rows: projected, stored } = { ...good, ...replaced };
  const book = new ProjectionBook({
    accounts: new Map(), rowCount: 0, projected: new Map([['balance_changed/0', 2n]]),
    rows: new Map([[iban, projected.map(digestOfRow)]]),
  });
  for (const event of [first, second, { ...first, raw: { ...first.raw, offset: 1n } }]) book.change(event);
  const evidence: Evidence = {
    handler: new Map(handler && [[iban, handler]]),
    handlerLater: new Map([[iban, handlerLater]]),
    topics: new Map(told && [[iban, told]]),
    endpoint: new Map(endpoint && [[iban, endpoint]]),
    misprojected: book.misprojected,
    rows: stored,
    invented: book.close(),
  };
  return differencesIn(evidence).flatMap(difference => difference.faults);
};

describe('an account', () => {
  it('is no difference when all agree, though the endpoint may be further than the handler was', () => {
    expect(faults({})).toEqual([]);
    const earlier = { version: 1n, balance: 5_00n };
    expect(faults({ handler: earlier, topics: { ...earlier, hasGap: false }, endpoint: { ...shown, balanceThen: 5_00n } })).toEqual([]);
  });

  it.each<[what: string, replaced: Partial<Case>, ...faults: string[]]>([
    ['that the handler has not', { handler: undefined }, "it is not in the handler's database"],
    ['that no topic tells of', { topics: undefined }, 'no topic tells that it was opened'],
    ['that the endpoint has not', { endpoint: undefined }, "it is not in the endpoint's database"],
    ['with an event missing', { topics: { version: 0n, balance: 0n, hasGap: true } }, 'on the topic the event of version 1 is missing'],
    ['that the endpoint shows not far enough', { endpoint: { ...shown, ordinal: 1n, balance: 5_00n, lastBalance: 5_00n, balanceThen: undefined } },
      'the endpoint shows it up to version 1 only'],
    ['of which the endpoint has more than the handler has settled', { endpoint: { ...shown, newest: 3n } },
      'the endpoint has its version 3, and the handler has settled no more than 2'],
    ['whose newest transaction is lost', { endpoint: { ...shown, lastBalance: undefined } }, 'the endpoint has lost its newest transaction, 2'],
    ['with a transaction missing', { rows: rows.slice(0, 1) }, "the event at balance_changed/0@1 is not in the endpoint's database"],
    ['with another transaction than its event',
      { rows: rows.map(row => ({ ...row, changed_by: '501' })), stored: rows.slice(0, 1).map(row => ({ ...row, changed_by: '501' })) },
      "transaction 1 in the endpoint's database is not the event at balance_changed/0@0: changed_by is €5.01 instead of €5.00",
      "transaction 2 in the endpoint's database is not the event at balance_changed/0@1"],
    ['with a transaction of no event', { rows: [...rows, ...rows] },
      "transaction 3 in the endpoint's database is on no topic", "transaction 4 in the endpoint's database is on no topic"],
  ])('%s is told', (_, replaced, ...expected) => {
    expect(faults(replaced)).toEqual(expected);
  });

  it('that has never moved is compared by its opening balance', () => {
    const company0 = { ordinal: 0n, balance: company.openingBalance, newest: 0n, lastBalance: undefined, balanceThen: undefined, stoppedOffset: undefined };
    const opened = { version: 0n, balance: company.openingBalance };
    const evidence = { misprojected: [], rows: [], invented: new Map(), handlerLater: new Map([[company.iban, opened]]) };
    expect(differencesIn({
      ...evidence, handler: new Map([[company.iban, opened]]), topics: new Map([[company.iban, { ...opened, hasGap: false }]]), endpoint: new Map([[company.iban, company0]]),
    })).toEqual([]);
  });
});

describe('the row of an event', () => {
  it('has its place in the log where it bears no version, and the time of its record where it tells none', () => {
    const unnumbered = changed(7, deposit, { iban, by: 5_00n, leaves: 5_00n, version: 0n });
    const { raw } = unnumbered;
    expect(rowOf({ ...unnumbered, raw: { ...raw, timestampMs: 1_700_000_000_000 } })).toMatchObject({
      ordinal: '8', version: '0', changed_at: '1700000000000', transfer_id: commandIdOf(deposit.record.value.id),
    });
  });
});
