/** Commands of all kinds, drawn at random: good ones, repeats, ids used twice, and such as must be refused. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { cash, commandIdOf } from '@bank/topology';
import { creation, newId, transfer, type Account, type Command, type Transfer } from '../bank/commands.ts';

/** How many of a thousand commands are of a kind. As much comes in as leaves, so that most transfers can be paid. */
const kinds = [
  ['between accounts', 770],
  ['deposit', 80],
  ['shop', 80],
  ['beyond the limit', 20],
  ['repeat', 30],
  ['other amount', 15],
  ['other kind of command', 5],
] as const;

/** What is repeated is one of so many commands before: some are settled, some still wait, some are just being sent. */
const remembered = 5_000;

const cashier: Account = { iban: cash, token: '' };

export class Mix {
  readonly #accounts: readonly Account[];
  readonly #random: RandomGenerator;
  readonly #before: Transfer[] = [];
  #drawn = 0;

  /** @param accounts at least two; the first is a party of half of all transfers */
  constructor(accounts: readonly Account[], random: RandomGenerator) {
    this.#accounts = accounts;
    this.#random = random;
  }

  next(): Command {
    const kind = this.#kind();
    const before = this.#before[this.#draw(0, remembered - 1)];
    const [from, to] = this.#parties();
    const amount = BigInt(this.#draw(1, 100));
    switch (kind) {
      case 'repeat':
        if (before) return before;
        break;
      case 'other amount':
        if (before) return withAmount(before, before.record.value.amount + amount);
        break;
      case 'other kind of command':
        if (before) return creation(commandIdOf(before.record.value.id));
        break;
      case 'deposit':
        return this.#remember(transfer(newId(), { from: cashier, to: to.iban, amount }));
      case 'shop':
        return this.#remember(transfer(newId(), { from, to: 'shop', amount }));
      case 'beyond the limit':
        return this.#remember(transfer(newId(), { from, to: to.iban, amount: 1_000_000_00n }));
      case 'between accounts':
        break;
    }
    return this.#remember(transfer(newId(), { from, to: to.iban, amount }));
  }

  #kind(): (typeof kinds)[number][0] {
    let lot = this.#draw(0, 999);
    return kinds.find(([, share]) => (lot -= share) < 0)?.[0] ?? 'between accounts';
  }

  /** Who pays whom. */
  #parties(): readonly [from: Account, to: Account] {
    const last = this.#accounts.length - 1;
    const one = this.#draw(0, 1) === 0 ? 0 : this.#draw(0, last);
    const [first, second] = [this.#accounts[one], this.#accounts[(one + this.#draw(1, last)) % this.#accounts.length]];
    if (!first || !second) throw new RangeError(`a mix needs two accounts, not ${this.#accounts.length}`);
    return this.#draw(0, 1) === 0 ? [first, second] : [second, first];
  }

  #remember(command: Transfer): Transfer {
    this.#before[this.#drawn++ % remembered] = command;
    return command;
  }

  #draw(from: number, to: number): number {
    return uniformInt(this.#random, from, to);
  }
}

const withAmount = ({ record, ...command }: Transfer, amount: bigint): Transfer =>
  ({ ...command, record: { ...record, value: { ...record.value, amount } } });
