/** What the topics tell of every command id: what was asked under it, what was answered, what money moved. */
import { cash, isOwnIban, type Reason, type RecordOn } from '@bank/topology';
import type { Findings } from './findings.ts';
import { digestOf, placeOf, type Readable } from './place.ts';

type CommandTopic = 'confirm_account_creation' | 'confirm_money_transfer';
type FeedbackTopic = 'account_creation_feedback' | 'money_transfer_feedback';

/** The money that a transfer asks to be moved, in cents. */
type Transfer = { readonly from: string; readonly to: string; readonly amount: bigint };

/** One command as it stands on its topic. */
type Order = {
  readonly place: string;
  /** Tells one content from another. */
  readonly content: number;
  /** None: an account is asked for. */
  readonly transfer: Transfer | undefined;
  /** How often it was told that its id stands for another command. */
  refusals: number;
};

/** The order that gave its id an outcome, with the reason when it was refused, and a digest of how that was told first. */
type Outcome = { readonly order: Order; readonly reason: string | undefined; readonly digest: number };

type Entry = {
  readonly orders: Order[];
  outcome: Outcome | undefined;
  /** How often the outcome was told. */
  answers: number;
  isDebited: boolean;
  isCredited: boolean;
};

/** What all commands come to. */
export type Reckoning = {
  ids: number;
  /** The ids that have an outcome. */
  outcomes: number;
  creations: number;
  transfers: number;
  /** The ids that were refused, by reason. */
  readonly refused: Record<string, number>;
  /** Commands whose id stands for another. */
  conflicts: number;
  cameIn: bigint;
  left: bigint;
  /** What the confirmed transfers add to each account. */
  readonly moved: Map<string, bigint>;
};

const conflict: Reason = 'id was used for another command';

export class CommandBook {
  readonly #findings: Findings;
  readonly #entries = new Map<string, Entry>();
  readonly #buried = new Set<string>();
  readonly #unreadable: string[] = [];
  /** Names that come again and again, each kept once. */
  readonly #names = new Map<string, string>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  add({ raw, record }: Readable<CommandTopic>): void {
    const id = hexOf(record.value.id);
    const entry = this.#entries.get(id) ?? { orders: [], outcome: undefined, answers: 0, isDebited: false, isCredited: false };
    this.#entries.set(id, entry);
    const content = digestOf({ key: null, value: raw.value, headers: {} });
    entry.orders.push({ place: placeOf(raw), content, transfer: this.#transferOf(record), refusals: 0 });
  }

  addUnreadable(place: string): void {
    this.#unreadable.push(place);
  }

  /** @param place where the command stood that is a dead letter now */
  bury(place: string): void {
    this.#buried.add(place);
  }

  get buried(): number {
    return this.#buried.size;
  }

  /** @param command the place of the command that is answered */
  answer({ topic, raw, record }: Readable<FeedbackTopic>, command: string): void {
    const entry = this.#entries.get(hexOf(record.value.id));
    const order = entry?.orders.find(({ place }) => place === command);
    if (!entry || !order) {
      this.#findings.add('a feedback is of no command', placeOf(raw));
      return;
    }
    const reason = 'reason' in record.value ? record.value.reason : undefined;
    const isOfCreation = topic === 'account_creation_feedback';
    if (isOfCreation !== (order.transfer === undefined)) this.#findings.add('a feedback is of the other kind of command', placeOf(raw));
    if (reason === conflict) {
      order.refusals += 1;
      return;
    }
    const digest = digestOf(raw);
    entry.outcome ??= { order, reason, digest };
    entry.answers += 1;
    if (digest !== entry.outcome.digest) this.#findings.add('an id has another outcome than the one told first', placeOf(raw));
  }

  /** Notes that money moved. @param command the place of the command that moved it */
  move({ raw, record: { value } }: Readable<'balance_changed'>, command: string): void {
    const entry = value.transfer_id === null ? undefined : this.#entries.get(hexOf(value.transfer_id));
    const transfer = entry && confirmedTransfer(entry);
    if (!transfer || entry.outcome?.order.place !== command) {
      this.#findings.add('an event is of no confirmed transfer', placeOf(raw));
      return;
    }
    const { from, to, amount } = transfer;
    const isDebit = value.changed_by < 0n;
    const due = isDebit ? { iban: from, changedBy: -amount, other: to } : { iban: to, changedBy: amount, other: from };
    if (value.iban !== due.iban || value.changed_by !== due.changedBy || value.from_to !== due.other) {
      this.#findings.add('an event tells of other money than its transfer', placeOf(raw));
      return;
    }
    if (isDebit ? entry.isDebited : entry.isCredited) this.#findings.add('a transfer moved its money twice', placeOf(raw));
    if (isDebit) entry.isDebited = true;
    else entry.isCredited = true;
  }

  /** Compares what was asked with what was told, and adds up. */
  close(): Reckoning {
    const total: Reckoning = {
      ids: this.#entries.size, outcomes: 0, creations: 0, transfers: 0, refused: {}, conflicts: 0, cameIn: 0n, left: 0n, moved: new Map(),
    };
    for (const place of this.#unreadable) {
      if (!this.#buried.has(place)) this.#findings.add('a command that cannot be read is no dead letter', place);
    }
    for (const entry of this.#entries.values()) {
      const { outcome } = entry;
      total.conflicts += this.#closeAnswers(entry);
      if (!outcome) continue;
      total.outcomes += 1;
      const { order: { transfer, place }, reason } = outcome;
      if (reason !== undefined) total.refused[reason] = (total.refused[reason] ?? 0) + 1;
      else if (!transfer) total.creations += 1;
      else if (!this.#addUp(transfer, total, entry)) this.#findings.add('an event of a confirmed transfer is missing', place);
    }
    return total;
  }

  /** Every command has an answer that is its own. @returns how many of the id's commands are others than the one it stands for */
  #closeAnswers({ orders, outcome, answers }: Entry): number {
    const due = this.#buried.size === 0 ? orders : orders.filter(({ place }) => !this.#buried.has(place));
    let [repeats, conflicts] = [0, 0];
    for (const { place, content, refusals } of due) {
      const isSame = content === outcome?.order.content;
      if (isSame) repeats += 1;
      else conflicts += 1;
      if (!outcome) this.#findings.add('a command has no outcome', place);
      else if (isSame && refusals > 0) this.#findings.add('a command was refused as another than itself', place);
      else if (!isSame && refusals === 0) this.#findings.add('a command under the id of another was not refused', place);
    }
    if (outcome && answers < repeats) this.#findings.add('a command was sent again and not answered again', outcome.order.place);
    return outcome ? conflicts : 0;
  }

  /** Adds a confirmed transfer to the total. @returns whether there was an event for each of its accounts */
  #addUp({ from, to, amount }: Transfer, total: Reckoning, { isDebited, isCredited }: Entry): boolean {
    const add = (iban: string, cents: bigint): unknown => total.moved.set(iban, (total.moved.get(iban) ?? 0n) + cents);
    total.transfers += 1;
    if (from === cash) total.cameIn += amount;
    else add(from, -amount);
    if (isOwnIban(to)) add(to, amount);
    else total.left += amount;
    return isDebited === (from !== cash) && isCredited === isOwnIban(to);
  }

  #transferOf(record: RecordOn<CommandTopic>): Transfer | undefined {
    if (record.type === 'ConfirmAccountCreation') return undefined;
    const { from, to, amount } = record.value;
    return { from: this.#nameOnce(from), to: this.#nameOnce(to), amount };
  }

  #nameOnce(name: string): string {
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, name);
    return known ?? name;
  }
}

/** The transfer that was confirmed under an id, if one was. */
const confirmedTransfer = ({ outcome }: Entry): Transfer | undefined =>
  outcome && outcome.reason === undefined ? outcome.order.transfer : undefined;

const hexOf = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
