/**
 * Commands drawn at random, for property tests. A step says in words what is asked of the bank; it becomes a command when it is known
 * which accounts there are, for their IBANs and tokens are the bank's to choose.
 */
import fc from 'fast-check';
import type { Outgoing } from '@bank/messaging';
import { commandIdOf, type RecordOn } from '@bank/topology';
import type { CommandTopic } from '../ledger/command.ts';
import { creation, deposit, newId, transfer } from './customer.ts';

/** An account by its number among those that are known, modulo how many they are, or any text. */
type Party = number | string;
/** So much, or so much more than what the payer can spend at most or the payee can hold. */
type Amount = { readonly cents: bigint; readonly above?: 'what can be spent' | 'what can be held' };
type Transfer = {
  readonly from: Party;
  readonly to: Party;
  readonly token: 'right' | 'of another' | 'none';
  readonly amount: Amount;
  readonly description: string;
};

const otherContents = ['on the other topic', 'token', 'amount', 'from', 'to', 'description'] as const;
type Again = 'redelivered' | 're-sent' | (typeof otherContents)[number];

export type Step =
  | { readonly open: 'AUTO' | 'MANUAL' }
  | { readonly transfer: Transfer }
  /** A command that was sent, by its number: at the same position, at another, with another content in one field, or on the other topic. */
  | { readonly again: number; readonly as: Again };

export type KnownAccount = { readonly iban: string; readonly token: string; readonly balance: bigint };

const most = 9_223_372_036_854_775_807n;
const longTexts = [70, 71, 140, 141].flatMap(length => ['x'.repeat(length), '💶'.repeat(length)]);
const controlTexts = ['\0', 'a\u001fb', '\n', '\u007f', '\u009f'];
/** What means something to PostgreSQL or to people, and is a text like any other. */
const oddTexts = ['NULL', '"', '\\', "'", ',', '{}', '$1', ' x ', '\u00a0', '\u2028', '\ufffe'];
const outsiders = ['cash', 'Albert Heijn BV', 'NL91ABNA0417164300', 'nl66open0000000000'];
/** An IBAN that is right, of an account that is not there: the chance that the bank draws it is one in 10^9. */
const stranger = 'NL39OPEN0000000001';
/** Wrong check digits, too long an IBAN, nobody. */
const wrongParties = ['NL67OPEN0000000000', 'NL66OPEN00000000000', ''];

/** One of several arbitraries, each drawn as often as its weight says. */
const oneOf = <T>(...weighted: readonly (readonly [weight: number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const account = fc.nat(9);
const text = oneOf(
  [6, fc.string({ unit: 'grapheme', maxLength: 8 })],
  [2, fc.constantFrom(...oddTexts)],
  [1, fc.constantFrom(...longTexts, ...controlTexts)],
);
const transferStep: fc.Arbitrary<Transfer> = fc.record({
  from: oneOf<Party>([12, account], [5, fc.constant('cash')], [1, fc.constant(stranger)], [1, fc.constantFrom(...outsiders, ...wrongParties)]),
  to: oneOf<Party>([12, account], [3, fc.constantFrom(...outsiders)], [3, text], [1, fc.constant(stranger)], [1, fc.constantFrom(...wrongParties)]),
  token: oneOf<Transfer['token']>([12, fc.constant('right')], [1, fc.constantFrom('of another', 'none')]),
  amount: oneOf<Amount>(
    [8, fc.record({ cents: fc.bigInt(1n, 600_00n) })],
    [4, fc.record({ cents: fc.constantFrom(-1n, 0n, 1n), above: fc.constantFrom('what can be spent', 'what can be held') })],
    [1, fc.record({ cents: fc.constantFrom(-most - 1n, -1n, 0n, most) })],
  ),
  description: text,
});

/** One thing to ask of the bank. */
export const step = oneOf<Step>(
  [1, fc.record({ open: fc.constantFrom('AUTO', 'MANUAL') })],
  [8, fc.record({ transfer: transferStep })],
  [2, fc.record({ again: fc.nat(40), as: fc.constantFrom('redelivered', 're-sent') })],
  [2, fc.record({ again: fc.nat(40), as: fc.constantFrom(...otherContents) })],
);

/** The same lists, of which a counterexample is printed with a line for each element. */
export const linewise = <T>(lists: fc.Arbitrary<T[]>): fc.Arbitrary<readonly T[]> =>
  lists.map(list => Object.assign(list, { [fc.toStringMethod]: () => `[\n${list.map(one => `  ${fc.stringify(one)}\n`).join('')}]` }));

/** The steps of several batches, of which the first sees to it that there are accounts. */
export const batchesOfSteps: fc.Arbitrary<readonly (readonly Step[])[]> = fc
  .array(linewise(fc.array(step, { minLength: 1, maxLength: 12, size: 'max' })), { maxLength: 8, size: 'max' })
  .map(batches => [[{ open: 'AUTO' }, { open: 'MANUAL' }, { open: 'MANUAL' }], ...batches]);

type Fields = Parameters<typeof transfer>[1];
type Sent = { readonly record: RecordOn<CommandTopic> };

/**
 * The command that a step stands for: one of those that were sent when that is to be delivered again, else one to send; undefined when
 * nothing was sent yet that could come again.
 *
 * @param accounts those that whoever sends it may know
 */
export const commandOfStep = <S extends Sent>(
  step: Step, sent: readonly S[], accounts: readonly KnownAccount[],
): S | Outgoing<CommandTopic> | undefined => {
  if ('open' in step) return creation(newId(), step.open);
  if ('transfer' in step) return transfer(newId(), fieldsOf(step.transfer, accounts));
  const before = sent[step.again % sent.length];
  return step.as === 'redelivered' ? before : before && again(before, step.as);
};

const fieldsOf = ({ from, to, token, amount: { cents, above }, description }: Transfer, accounts: readonly KnownAccount[]): Fields => {
  const accountOf = (party: Party): KnownAccount | undefined => (typeof party === 'number' ? accounts[party % accounts.length] : undefined);
  const nameOf = (party: Party): string => (typeof party === 'number' ? (accountOf(party)?.iban ?? '') : party);
  const payer = accountOf(from);
  const tokens = { right: payer?.token ?? '', 'of another': accounts.find(account => account !== payer)?.token ?? '1', none: '' };
  const edges = { 'what can be spent': (payer?.balance ?? 0n) + 500_00n, 'what can be held': most - (accountOf(to)?.balance ?? 0n) };
  const wanted = cents + (above ? edges[above] : 0n);
  return { token: tokens[token], amount: wanted > most ? most : wanted, from: nameOf(from), to: nameOf(to), description };
};

/** The command again; with the same id and another content when a field is named, or on the other topic. */
const again = ({ record }: Sent, as: Exclude<Again, 'redelivered'>): Outgoing<CommandTopic> => {
  const id = commandIdOf(record.value.id);
  if (record.type === 'ConfirmAccountCreation') {
    const { a_type: type } = record.value;
    if (as === 'on the other topic') return deposit(id, 'Albert Heijn BV', 1n);
    return creation(id, as === 're-sent' ? type : type === 'AUTO' ? 'MANUAL' : 'AUTO');
  }
  const fields = record.value;
  if (as === 'on the other topic') return creation(id);
  if (as === 're-sent') return transfer(id, fields);
  return transfer(id, { ...fields, ...(as === 'amount' ? { amount: fields.amount ^ 1n } : { [as]: `${fields[as]}x` }) });
};
