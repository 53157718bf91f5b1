/** What holds of the bank whatever was asked of it, checked on its tables and on what it told, without a model. */
import type { Pool } from 'pg';
import { expect } from 'vitest';
import type { Command } from '../ledger/command.ts';
import type { Published } from '../settlement/messages.ts';
import type { BalanceChange } from './customer.ts';

/** A command, when it was settled, and what was told about it, feedback first. */
export type Told = { readonly command: Command; readonly now: Date; readonly messages: readonly Published[] };

type Account = { readonly iban: string; readonly balance: bigint; readonly version: bigint };

const company = { iban: 'NL66OPEN0000000000', openingBalance: 100_000_000_000_000_000n };
const mostOverdrawn = -500_00n;
const most = 9_223_372_036_854_775_807n;

/**
 * Fails when an invariant does not hold.
 *
 * @param told all that was ever asked of this bank
 */
export const expectInvariants = async (pool: Pool, told: readonly Told[]): Promise<void> => {
  const { rows: accounts } = await pool.query<Account>('select iban, balance, version from accounts');
  const records = told.flatMap(({ messages }) => messages.map(({ record }) => record));
  const opened = new Set(records.flatMap(({ type, value }) => (type === 'AccountCreationConfirmed' ? [value.iban] : [])));
  expect(new Set(accounts.map(({ iban }) => iban)), 'the accounts').toEqual(opened.add(company.iban));
  expectOneOutcomePerId(told);
  expectConservation(accounts, told);
  const changes = Map.groupBy(records.flatMap(({ type, value }) => (type === 'BalanceChanged' ? [value] : [])), ({ iban }) => iban);
  for (const account of accounts) expectHistory(account, changes.get(account.iban) ?? []);
  expect([...changes.keys()].filter(iban => !opened.has(iban)), 'accounts that changed without being there').toEqual([]);
};

/** The balances are the opening balance, what came in as cash, less what went to others: as the commands say that were confirmed. */
const expectConservation = (accounts: readonly Account[], told: readonly Told[]): void => {
  const isHere = new Set(accounts.map(({ iban }) => iban));
  const moved = new Map<string, bigint>();
  for (const { command: { id, record }, messages: [feedback] } of told) {
    if (record.type !== 'ConfirmMoneyTransfer' || feedback?.record.type !== 'MoneyTransferConfirmed') continue;
    const { amount, from, to } = record.value;
    moved.set(id, (from === 'cash' ? amount : 0n) - (isHere.has(to) ? 0n : amount));
  }
  expect(sum(accounts.map(({ balance }) => balance)), 'the sum of all balances').toBe(company.openingBalance + sum([...moved.values()]));
};

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

const expectOneOutcomePerId = (told: readonly Told[]): void => {
  for (const [id, ofOne] of Map.groupBy(told, ({ command }) => command.id)) {
    const [outcome, ...others] = ofOne.flatMap(({ messages: [feedback] }) => (feedback && !isConflict(feedback) ? [feedback] : []));
    expect(outcome, `an outcome of ${id}`).toBeDefined();
    for (const other of others) expect(other, `every outcome of ${id}`).toEqual(outcome);
  }
};

/** Whether this is what a used id is answered with, which is not stored: its headers tell of the message it answers. */
export const isConflict = ({ record: { value } }: Published): boolean => 'reason' in value && value.reason === 'id was used for another command';

/** The events of an account, some perhaps twice, lead from its opening to its balance: none is missing, none passes a limit. */
const expectHistory = ({ iban, balance, version }: Account, events: readonly BalanceChange[]): void => {
  const byVersion = new Map<bigint, BalanceChange>();
  for (const event of events) {
    expect(event, `version ${event.version} of ${iban}, told again`).toEqual(byVersion.get(event.version) ?? event);
    byVersion.set(event.version, event);
  }
  const versions = Array.from({ length: Number(version) }, (_, at) => BigInt(at + 1));
  expect(new Set(byVersion.keys()), `the versions of ${iban}`).toEqual(new Set(versions));
  let before = iban === company.iban ? company.openingBalance : 0n;
  for (const at of versions) {
    const after = byVersion.get(at)?.new_balance ?? before;
    expect(after, `version ${at} of ${iban}`).toBe(before + (byVersion.get(at)?.changed_by ?? 0n));
    expect(after >= mostOverdrawn && after <= most, `version ${at} of ${iban} is within the limits`).toBe(true);
    before = after;
  }
  expect(balance, `the balance of ${iban}`).toBe(before);
};
