/**
 * The books of a bank, kept once more from what stands on its topics, without any code of the handler: its database and what it told
 * must agree with them. Pure; of a message only stays what others are compared with, so that millions fit.
 */
import type { Position, Received } from '@bank/messaging';
import { commandHeaders, company, type RecordTopic } from '@bank/topology';
import { AccountBook } from './account-book.ts';
import { CommandBook } from './command-book.ts';
import { Findings } from './findings.ts';
import { partitionNameOf, placeIn, placeOf } from './place.ts';
import type { Snapshot } from './snapshot.ts';

export const commandTopics = ['confirm_account_creation', 'confirm_money_transfer'] as const;
export const feedbackTopics = ['account_creation_feedback', 'money_transfer_feedback'] as const;

/** What is audited: everything, or balances alone, where commands and feedback are too old to be kept any longer. */
export type Scope = 'everything' | 'balances';

/** What an audit found. Money is in cents, as decimal text. */
export type Audit = {
  /** Commands that were settled when the audit began, repeats and conflicts included. */
  readonly commands: number;
  /** Commands that were not settled then: the audit says nothing else about them, nor about what they led to since. */
  readonly waiting: number;
  /** Commands that are dead letters. */
  readonly buried: number;
  readonly ids: number;
  readonly accountsOpened: number;
  readonly transfersConfirmed: number;
  /** The ids that were refused, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Commands whose id stood for another. */
  readonly conflicts: number;
  /** Changes of balances. */
  readonly changes: number;
  /** Feedbacks beyond one for each command, and events beyond one for each change. */
  readonly repeated: { readonly feedbacks: number; readonly events: number };
  readonly money: { readonly opening: string; readonly cameIn: string; readonly left: string; readonly balances: string };
  /** What must not be, a sentence each; none when all is well. */
  readonly findings: readonly string[];
};

/** Takes all commands first, then dead letters and feedback, then changes; whatever came of commands after the snapshot is left out. */
export class Books {
  readonly #snapshot: Snapshot;
  readonly #scope: Scope;
  readonly #findings = new Findings();
  readonly #commandBook = new CommandBook(this.#findings);
  readonly #accountBook = new AccountBook(this.#findings);
  #commands = 0;
  #waiting = 0;
  #feedbacks = 0;
  #events = 0;

  /** @param scope of `balances`, changes are all that is to be taken: what the database holds was opened, and nothing is said of commands */
  constructor(snapshot: Snapshot, scope: Scope = 'everything') {
    this.#snapshot = snapshot;
    this.#scope = scope;
    if (scope === 'balances') for (const iban of snapshot.accounts.keys()) this.#accountBook.open(iban);
  }

  /** Where the events of each account lead, by its IBAN. */
  get histories(): AccountBook['histories'] {
    return this.#accountBook.histories;
  }

  command(message: Received<(typeof commandTopics)[number]>): void {
    if (!this.#isSettled(message.raw)) {
      this.#waiting += 1;
      return;
    }
    this.#commands += 1;
    if ('record' in message) this.#commandBook.add(message);
    else this.#commandBook.addUnreadable(placeOf(message.raw));
  }

  /** @param command where the command stood that is a dead letter now */
  deadLetter(command: Position): void {
    if (this.#isSettled(command)) this.#commandBook.bury(placeOf(command));
  }

  feedback(message: Received<(typeof feedbackTopics)[number]>): void {
    const command = this.#commandOf(message);
    if (command === undefined || !('record' in message)) return;
    this.#feedbacks += 1;
    this.#commandBook.answer(message, command);
    if (message.record.type === 'AccountCreationConfirmed') this.#accountBook.open(message.record.value.iban);
  }

  change(message: Received<'balance_changed'>): void {
    const command = this.#commandOf(message);
    if (!('record' in message)) return;
    // What tells of no command is not the handler's, but readers take it for a change of its account, and so it counts as one.
    if (command === undefined && placeIn(message.raw.headers, commandHeaders)) return;
    this.#events += 1;
    const isNew = this.#accountBook.change(message);
    if (isNew && command !== undefined && this.#scope === 'everything') this.#commandBook.move(message, command);
  }

  /** Compares all with all. */
  close(): Audit {
    const { accounts, outcomes } = this.#snapshot;
    const reckoned = this.#commandBook.close();
    const isEverything = this.#scope === 'everything';
    this.#accountBook.close(accounts, isEverything ? reckoned.moved : undefined);
    const balances = [...accounts.values()].reduce((sum, { balance }) => sum + balance, 0n);
    const due = company.openingBalance + reckoned.cameIn - reckoned.left;
    if (isEverything && balances !== due) this.#findings.add('money is not conserved', `the balances are ${balances} instead of ${due}`);
    if (isEverything && outcomes !== reckoned.outcomes) {
      this.#findings.add('the ledger has another number of ids than were answered', `${outcomes} instead of ${reckoned.outcomes}`);
    }
    return {
      commands: this.#commands,
      waiting: this.#waiting,
      buried: this.#commandBook.buried,
      ids: reckoned.ids,
      accountsOpened: reckoned.creations,
      transfersConfirmed: reckoned.transfers,
      refused: reckoned.refused,
      conflicts: reckoned.conflicts,
      changes: this.#accountBook.changes,
      repeated: {
        feedbacks: this.#feedbacks + this.#commandBook.buried - this.#commands,
        events: this.#events - this.#accountBook.changes,
      },
      money: {
        opening: String(company.openingBalance),
        cameIn: String(reckoned.cameIn),
        left: String(reckoned.left),
        balances: String(balances),
      },
      findings: this.#findings.sentences,
    };
  }

  #isSettled(command: Position): boolean {
    return command.offset < (this.#snapshot.settled.get(partitionNameOf(command)) ?? 0n);
  }

  /** The place of the command that led to a message; undefined when it was settled after the snapshot, or nothing tells. */
  #commandOf(message: Received<RecordTopic>): string | undefined {
    const command = placeIn(message.raw.headers, commandHeaders);
    if (!command || !('record' in message)) {
      this.#findings.add('what the handler sent cannot be read, or does not tell of which command it is', placeOf(message.raw));
      return undefined;
    }
    return this.#isSettled(command) ? placeOf(command) : undefined;
  }
}
