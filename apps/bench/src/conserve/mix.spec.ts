import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { commandIdOf, ibanOf } from '@bank/topology';
import { Mix } from './mix.ts';

const accounts = Array.from({ length: 10 }, (_, at) => ({ iban: ibanOf(String(at).padStart(10, '0')), token: String(at) }));
const isOneOf = (party: string): boolean => accounts.some(({ iban }) => iban === party);

describe('a mix of commands', () => {
  const mix = new Mix(accounts, xoroshiro128plus(1));
  const commands = Array.from({ length: 50_000 }, () => mix.next().record);
  const transfers = commands.flatMap(record => (record.type === 'ConfirmMoneyTransfer' ? [record.value] : []));
  const share = (count: number): number => count / commands.length;

  it('has one account in more than half of the transfers between accounts, on either side', () => {
    const between = transfers.filter(({ from, to }) => isOneOf(from) && isOneOf(to));
    const parts = [between.filter(({ from }) => from === accounts[0]?.iban), between.filter(({ to }) => to === accounts[0]?.iban)];
    for (const part of parts) expect(part.length / between.length).toBeCloseTo(0.3, 1);
  });

  it('has deposits and payments alike, and some that cannot be paid', () => {
    expect(share(transfers.filter(({ from }) => from === 'cash').length)).toBeCloseTo(0.08, 2);
    expect(share(transfers.filter(({ to }) => to === 'shop').length)).toBeCloseTo(0.08, 2);
    expect(share(transfers.filter(({ amount }) => amount > 500_00n).length)).toBeCloseTo(0.02, 2);
  });

  it('has repeats, and ids that stand for several commands', () => {
    const ids = new Set(commands.map(({ value }) => commandIdOf(value.id)));
    const contents = new Set(commands.map(({ value }) => `${commandIdOf(value.id)} ${'amount' in value ? value.amount : 'account'}`));
    expect(share(commands.length - ids.size)).toBeCloseTo(0.05, 2);
    expect(share(contents.size - ids.size)).toBeCloseTo(0.02, 2);
    expect(commands.some(({ type }) => type === 'ConfirmAccountCreation')).toBe(true);
  });
});
