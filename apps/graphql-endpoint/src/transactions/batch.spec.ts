import { describe, expect, it } from 'vitest';
import type { Received } from '@bank/messaging';
import { bytesOf, commandIdOf, ibanOf, partitionOf, type RecordOn } from '@bank/topology';
import { batchOf, type ProjectedTopic } from './batch.ts';

const iban = ibanOf('0000000001');
const partition = partitionOf(iban, 9);
const id = commandIdOf(Uint8Array.from({ length: 16 }, (_, at) => at));
const written = new Date('2025-01-31T12:00:00.000Z');

type Change = RecordOn<'balance_changed'>['value'];

const balanceChanged = (change: Partial<Change> = {}): RecordOn<'balance_changed'> => ({
  type: 'BalanceChanged',
  value: {
    iban, new_balance: 10n ** 17n + 1n, changed_by: 1n, from_to: 'cash', description: 'deposit', transfer_id: bytesOf(id), version: 7n,
    changed_at: new Date(0), ...change,
  },
});

const received = <T extends ProjectedTopic>(topic: T, record: RecordOn<T>, offset = 41n): Received<ProjectedTopic> =>
  ({
    topic,
    raw: { topic, partition, offset, key: null, value: null, headers: {}, timestampMs: written.getTime() },
    record,
  }) as unknown as Received<ProjectedTopic>;

const failed = (reason: string): RecordOn<'money_transfer_feedback'> => ({
  type: 'MoneyTransferFailed',
  value: { id: bytesOf(id), reason },
});

describe('a change of a balance', () => {
  it('has its version as its place in the account, and loses no cent above 2^53', () => {
    const { changes } = batchOf([received('balance_changed', balanceChanged())]);
    expect(changes).toMatchObject([{ iban, ordinal: 7n, version: 7n, newBalance: 100_000_000_000_000_001n, transferId: id }]);
    expect(changes).toMatchObject([{ partition, offset: 41n }]);
  });

  it('that is unnumbered has its place in the log instead', () => {
    const { changes } = batchOf([received('balance_changed', balanceChanged({ version: 0n, transfer_id: null }))]);
    expect(changes).toMatchObject([{ ordinal: 42n, version: 0n, transferId: null }]);
  });

  it('happened when it says so, or else when the record was written', () => {
    const said = new Date('2025-01-31T11:59:59.999Z');
    const events = [balanceChanged({ changed_at: said }), balanceChanged()];
    const { changes } = batchOf(events.map(event => received('balance_changed', event)));
    expect(changes.map(({ changedAt }) => changedAt)).toEqual([said, written]);
  });

  it('keeps its texts, but for NUL, which PostgreSQL cannot hold', () => {
    const { changes } = batchOf([received('balance_changed', balanceChanged({ from_to: 'a\0b', description: '🙂' }))]);
    expect(changes).toMatchObject([{ fromTo: 'a\uFFFDb', description: '🙂' }]);
  });

  it.each([
    [{ iban: 'NL00OPEN0000000001' }, 'the IBAN is none of this bank'],
    [{ version: -1n }, 'the version is -1'],
    [{ changed_at: new Date(Number.NaN) }, 'the time of the change is out of range'],
  ])('with %o is passed over, with its position and the reason', (wrong, reason) => {
    const batch = batchOf([received('balance_changed', balanceChanged(wrong))]);
    expect(batch.changes).toEqual([]);
    expect(batch.unreadable).toEqual([{ topic: 'balance_changed', partition, offset: 41n, reason }]);
  });
});

describe('a change of a balance on another partition than its IBAN has', () => {
  it('is passed over, for streams of all accounts go by partitions', () => {
    const elsewhere = (partition + 1) % 9;
    const message = received('balance_changed', balanceChanged());
    const batch = batchOf([{ ...message, raw: { ...message.raw, partition: elsewhere } } as typeof message]);
    expect(batch.changes).toEqual([]);
    expect(batch.unreadable).toMatchObject([{ partition: elsewhere, reason: `it belongs on partition ${partition}` }]);
  });
});

describe('feedback', () => {
  it('counts the first time it comes for an id', () => {
    const { settlements } = batchOf([
      received('money_transfer_feedback', failed('insufficient funds'), 1n),
      received('money_transfer_feedback', failed('id was used for another command'), 2n),
    ]);
    expect(settlements).toMatchObject([{ id, reason: 'insufficient funds' }]);
  });

  it('on an opening gives the IBAN, and leaves the token where it is', () => {
    const value = { id: bytesOf(id), iban, token: '1'.repeat(20), a_type: 'MANUAL' } as const;
    const batch = batchOf([received('account_creation_feedback', { type: 'AccountCreationConfirmed', value })]);
    expect(batch.openings).toEqual([{ id, iban, reason: null }]);
  });
});
