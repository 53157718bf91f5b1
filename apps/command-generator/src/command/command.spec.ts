import { company, ibanOf, tokenOf } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { opensAccount } from '../mix/beats.ts';
import { firstSalaryOf, openingOf, transferCommandOf, type Account, type Command } from './command.ts';
import type { Run } from './run.ts';

const run: Run = { id: '0f3e6a52-8a53-4f5e-9d0c-6f8f3b1c2d4e', seed: 'a seed' };

const account = (creationBeat: number): Account => ({
  iban: ibanOf(String(creationBeat).padStart(10, '0')),
  token: tokenOf(String(creationBeat).padStart(20, '1')),
});
const everyone = (creationBeat: number): Account => account(creationBeat);
const nobody = (): undefined => undefined;

const commands = Array.from({ length: 400 }, (_, beat) => beat)
  .filter(beat => !opensAccount(beat))
  .map(beat => transferCommandOf(run, { beat, offset: BigInt(beat) }, everyone))
  .filter(command => command !== undefined);

const valuesOf = (kind: Command['kind']) =>
  commands.flatMap(({ kind: its, outgoing: { record } }) => (its === kind && record.type === 'ConfirmMoneyTransfer' ? [record.value] : []));

describe('the command of a heartbeat', () => {
  it('opens an account for an automatic client', () => {
    const { kind, outgoing } = openingOf(run, 3, 'account');
    expect(kind).toBe('account');
    expect(outgoing.record).toMatchObject({ type: 'ConfirmAccountCreation', value: { a_type: 'AUTO' } });
  });

  it('bears its id in its key as in its record', () => {
    for (const { outgoing } of [openingOf(run, 3, 'account'), ...commands]) {
      expect(Buffer.from(outgoing.record.value.id).toString('hex')).toBe(outgoing.key.replaceAll('-', ''));
    }
  });

  it('is identical when the heartbeat is delivered again', () => {
    const again = (): Command | undefined => transferCommandOf(run, { beat: 321, offset: 4711n }, everyone);
    expect(again()).toEqual(again());
    expect(again()).toBeDefined();
  });

  it('differs only in its id when a heartbeat service that started anew comes to the same beat', () => {
    const first = transferCommandOf(run, { beat: 321, offset: 4711n }, everyone);
    const second = transferCommandOf(run, { beat: 321, offset: 9000n }, everyone);
    expect(second?.outgoing.key).not.toBe(first?.outgoing.key);
    const content = (command: Command | undefined) => ({ ...command?.outgoing.record.value, id: undefined });
    expect(content(second)).toEqual(content(first));
  });

  it('takes money from an account with the token of that account', () => {
    const values = [...valuesOf('withdrawal'), ...valuesOf('ah-pin'), ...valuesOf('other')];
    const tokens = new Map(Array.from({ length: 401 }, (_, beat) => [String(account(beat).iban), String(account(beat).token)]));
    expect(values.length).toBeGreaterThan(200);
    for (const { from, token } of values) expect(token).toBe(tokens.get(from));
  });

  it('pays a salary from the company with the token of the company', () => {
    expect(valuesOf('salary').length).toBeGreaterThan(0);
    for (const value of valuesOf('salary')) expect(value).toMatchObject({ from: company.iban, token: company.token });
  });

  it('brings cash with no token at all', () => {
    expect(valuesOf('deposit').length).toBeGreaterThan(0);
    for (const value of valuesOf('deposit')) expect(value).toMatchObject({ from: 'cash', token: '' });
  });

  it('is none while its accounts are not known', () => {
    expect(transferCommandOf(run, { beat: 321, offset: 0n }, nobody)).toBeUndefined();
  });
});

describe('the first salary', () => {
  it('is the same whenever the account is told of', () => {
    expect(firstSalaryOf(run, 3, account(3).iban)).toEqual(firstSalaryOf(run, 3, account(3).iban));
  });

  it('comes from the company', () => {
    const { outgoing } = firstSalaryOf(run, 3, account(3).iban);
    expect(outgoing.record.value).toMatchObject({ from: company.iban, to: account(3).iban, token: company.token });
  });
});
