/** What the topics tell of every account: by whom it was opened, and how its balance changed. */
import { company, limits } from '@bank/topology';
import type { Findings } from './findings.ts';
import { History } from './history.ts';
import { digestOf, placeOf, type Readable } from './place.ts';
import type { Snapshot } from './snapshot.ts';

export class AccountBook {
  /** Changes, each counted once. */
  changes = 0;
  readonly #findings: Findings;
  readonly #histories = new Map<string, History>([[company.iban, new History(company.openingBalance)]]);

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Where the events of each account lead. */
  get histories(): ReadonlyMap<string, History> {
    return this.#histories;
  }

  /** Notes that an account was opened; once is enough, though it may be told again. */
  open(iban: string): void {
    if (!this.#histories.has(iban)) this.#histories.set(iban, new History(0n));
  }

  /** Takes an event in. @returns whether it is new */
  change({ raw, record: { value } }: Readable<'balance_changed'>): boolean {
    const { iban, version, changed_by: changedBy, new_balance: newBalance } = value;
    const place = `${placeOf(raw)} of ${iban}`;
    const history = this.#histories.get(iban);
    if (raw.key?.toString() !== iban) this.#findings.add('an event stands under another key than its account', place);
    if (!history || version < 1n) {
      this.#findings.add('an event is of no account, or has no version', place);
      return false;
    }
    const found = history.add({ version, changedBy, newBalance, digest: digestOf(raw) }, at =>
      this.#findings.add('a balance is not the one before it plus the change', `${iban} version ${at}`),
    );
    if (found === 'other') this.#findings.add('an event has other content than the one told first', place);
    if (found !== 'new') return false;
    this.changes += 1;
    if (newBalance < limits.overdraft) this.#findings.add('a balance passes its limit', place);
    return true;
  }

  /** Compares with the database. @param moved what the confirmed transfers add to each account; undefined when they are not known */
  close(accounts: Snapshot['accounts'], moved?: ReadonlyMap<string, bigint>): void {
    for (const iban of new Set([...this.#histories.keys(), ...accounts.keys(), ...(moved?.keys() ?? [])])) {
      const [stored, history] = [accounts.get(iban), this.#histories.get(iban)];
      if (!stored || !history) {
        this.#findings.add(stored ? 'an account was never opened' : 'an account is not in the database', iban);
        continue;
      }
      const reckoned = (iban === company.iban ? company.openingBalance : 0n) + (moved?.get(iban) ?? 0n);
      const differs = (from: bigint): string => `${iban} has ${stored.balance} instead of ${from}`;
      if (history.hasGap || history.version !== stored.version) {
        const versions = `${iban} has them up to ${history.version} without a gap, and is at ${stored.version}`;
        this.#findings.add('events are missing, or too many', versions);
      } else if (stored.balance !== history.balance) {
        this.#findings.add('a balance is not where its events lead', differs(history.balance));
      }
      if (moved && stored.balance !== reckoned) this.#findings.add('a balance is not what the confirmed transfers add up to', differs(reckoned));
    }
  }
}
