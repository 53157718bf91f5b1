/** What a beat transfers: a pure function of seed and beat, in which accounts are ordinals, for their IBANs are the bank's to give. */
import { cash, cents, type Cents } from '@bank/topology';
import { accountsAt } from './beats.ts';
import { oneOf, randomOf, type Random } from './random.ts';

export type TransferKind = 'salary' | 'deposit' | 'withdrawal' | 'ah-pin' | 'other';

/** One side of a transfer. */
export type Party =
  | { readonly type: 'account'; readonly ordinal: number }
  | { readonly type: 'company' }
  /** Not an account of this bank: cash, a shop. */
  | { readonly type: 'outside'; readonly name: string };

export type Transfer = {
  readonly kind: TransferKind;
  readonly from: Party;
  readonly to: Party;
  readonly amount: Cents;
  readonly description: string;
};

/**
 * How many of 70 transfers are of each kind. With the amounts below an account takes in about €32 a transfer and spends about €14, so
 * that only one that waits long for its salary meets its limit: see the hour that the specification simulates.
 */
const kinds: readonly [TransferKind, ...TransferKind[]] = [
  'salary',
  ...Array<TransferKind>(3).fill('deposit'),
  ...Array<TransferKind>(10).fill('withdrawal'),
  ...Array<TransferKind>(40).fill('ah-pin'),
  ...Array<TransferKind>(16).fill('other'),
];

/** Where the shops are. */
const shops = [
  'Amsterdam', 'Arnhem', 'Breda', 'Den Haag', 'Eindhoven', 'Groningen', 'Leiden', 'Maastricht', 'Rotterdam', 'Utrecht', 'Zwolle',
] as const;

/** What people pay each other for. */
const occasions = [
  'dinner', 'birthday present', 'concert tickets', 'train tickets', 'groceries', 'football club', 'taxi', 'lunch',
] as const;

const outside = (name: string): Party => ({ type: 'outside', name });

/** An amount between two of whole euros, to the cent. */
const amountOf = (random: Random, fromEuros: number, toEuros: number): Cents => cents(BigInt(random(fromEuros * 100, toEuros * 100)));

/** An amount as a cash machine gives it: tens of euros. */
const banknotesOf = (random: Random, mostTens: number): Cents => cents(BigInt(random(1, mostTens)) * 10_00n);

const salaryOf = (random: Random): Cents => amountOf(random, 1_600, 2_400);

/** The salary with which a new account starts, by the beat that opens it. */
export const firstSalary = (seed: string, creationBeat: number): Cents => salaryOf(randomOf(seed, creationBeat));

/** The transfer of a beat that opens no account. */
export const transferOf = (seed: string, beat: number): Transfer => {
  const random = randomOf(seed, beat);
  const kind = oneOf(random, kinds);
  const accounts = accountsAt(beat);
  const ordinal = random(0, accounts - 1);
  const account: Party = { type: 'account', ordinal };
  switch (kind) {
    case 'salary':
      return { kind, from: { type: 'company' }, to: account, amount: salaryOf(random), description: 'salary' };
    case 'deposit':
      return { kind, from: outside(cash), to: account, amount: banknotesOf(random, 20), description: 'deposit of cash' };
    case 'withdrawal':
      return { kind, from: account, to: outside(cash), amount: banknotesOf(random, 6), description: 'cash machine' };
    case 'ah-pin': {
      const amount = amountOf(random, 2, 30);
      return { kind, from: account, to: outside('Albert Heijn BV'), amount, description: `ah-pin ${oneOf(random, shops)}` };
    }
    case 'other': {
      // A step from the first around the circle of accounts, so that nobody pays himself.
      const other: Party = { type: 'account', ordinal: (ordinal + random(1, accounts - 1)) % accounts };
      return { kind, from: account, to: other, amount: amountOf(random, 1, 50), description: oneOf(random, occasions) };
    }
  }
};
