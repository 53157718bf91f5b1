/** The bank as a whole: how much money there is, and whether it is as much as there has to be. */
import type { Pool } from 'pg';
import type { TopicOffsets } from '@bank/messaging';
import { patientQuery } from '@bank/service/database';
import { company, formatCents, type Cents } from '@bank/topology';
import { reaches } from './progress.ts';

export type Conservation = 'HOLDING' | 'BROKEN' | 'CATCHING_UP';

export type Totals = {
  readonly accounts: number;
  readonly money: Cents;
  readonly conservation: Conservation;
  /** What is wrong; null when money is conserved. */
  readonly problem: string | null;
};

type Parts = {
  readonly pool: Pool;
  /** How far the topics of the projection go. */
  readonly ends: () => Promise<readonly TopicOffsets[]>;
};

/** So long may the changes of one transfer be apart. */
const togetherWithinSeconds = 60;
/** Before money is said to be missing, the projection is given this long to read what there is. */
const catchUpWithinMs = 2_000;
/** What was found is told again for ten times as long as it took to find, and at least so long: whoever asks often costs no more. */
const freshForMs = 1_000;
const freshForTimes = 10;
/** All transactions are gone through: a second for each million, about. */
const queryWithinMs = 60_000;

/** What readers see; `is_between` tells the changes whose other party is an account here too, and so has a change of its own. */
const seen = `(
  select changed_by, transfer_id, transactions.changed_at, from_to like 'NL__OPEN__________' as is_between
  from transactions join accounts using (iban) where transactions.ordinal <= accounts.ordinal) as seen`;

/** Events of version 1 do not say of which transfer they are: those cannot be told apart. */
const isPaired = 'is_between and transfer_id is not null';

const isOld = `changed_at < now() - interval '${togetherWithinSeconds} seconds'`;

/** Transfers whose two changes do not come to nothing, or of which one is missing for too long. */
const oddTransfers = `
  select transfer_id as id, sum(changed_by) as sum, count(*) as changes from ${seen} where ${isPaired}
  group by transfer_id having sum(changed_by) <> 0 and (count(*) > 1 or max(changed_at) < now() - interval '${togetherWithinSeconds} seconds')`;

/**
 * `weighed` is the sum of what old transfers moved, each multiplied by a number drawn from its id: nothing, when both
 * sides of each come to nothing, and else as good as never. So they need not be grouped, as the recent ones are.
 */
const sums = `
  select
    (select count(*) from accounts) as accounts,
    (select sum(balance) from accounts)::text as money,
    coalesce(sum(changed_by), 0)::text as changes,
    coalesce(sum(changed_by::numeric * uuid_hash(transfer_id)) filter (where ${isPaired} and ${isOld}), 0)::text as weighed,
    (select count(*) from (
       select from ${seen} where ${isPaired} and not ${isOld} group by transfer_id having sum(changed_by) <> 0 and count(*) > 1) as odd) as "oddRecent"
  from ${seen}`;

type Sums = { readonly accounts: bigint; readonly money: string; readonly changes: string; readonly weighed: string; readonly oddRecent: bigint };
type Odd = { readonly id: string; readonly sum: string; readonly changes: bigint };

export class BankTotals {
  readonly #parts: Parts;
  #look: { readonly totals: Promise<Totals>; freshUntilMs: number } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What was found just now or a moment ago. */
  async look(): Promise<Totals> {
    if (this.#look && performance.now() < this.#look.freshUntilMs) return this.#look.totals;
    const startedMs = performance.now();
    const look = { totals: this.#find(), freshUntilMs: Number.POSITIVE_INFINITY };
    this.#look = look;
    try {
      const totals = await look.totals;
      const tookMs = performance.now() - startedMs;
      look.freshUntilMs = performance.now() + Math.max(freshForMs, freshForTimes * tookMs);
      return totals;
    } catch (error) {
      this.#look = undefined;
      throw error;
    }
  }

  async #find(): Promise<Totals> {
    const { pool, ends } = this.#parts;
    const first = await this.#reckon();
    if (first.problem === null) return first;
    // What is missing may stand on the topic, unread.
    if (!(await reaches(pool, await ends(), { withinMs: catchUpWithinMs }))) return { ...first, conservation: 'CATCHING_UP' };
    return this.#reckon();
  }

  async #reckon(): Promise<Totals> {
    const { rows: [found] } = await this.#parts.pool.query<Sums>(patientQuery(queryWithinMs, sums));
    if (!found) throw new Error('sums without a row');
    const [money, expected] = [BigInt(found.money), company.openingBalance + BigInt(found.changes)];
    const problems = money === expected ? [] : [`the balances come to ${formatCents(money)}, and have to come to ${formatCents(expected)}`];
    if (found.weighed !== '0' || found.oddRecent > 0n) problems.push(...(await this.#oddOnes()));
    return {
      accounts: Number(found.accounts),
      money: money as Cents,
      conservation: problems.length === 0 ? 'HOLDING' : 'BROKEN',
      problem: problems.length === 0 ? null : problems.join('; '),
    };
  }

  async #oddOnes(): Promise<readonly string[]> {
    const { rows } = await this.#parts.pool.query<Odd>(patientQuery(queryWithinMs, `${oddTransfers} order by id limit 3`));
    return rows.map(({ id, sum, changes }) =>
      changes === 1n
        ? `of transfer ${id} one change is missing for over ${togetherWithinSeconds} s`
        : `the changes of transfer ${id} come to ${formatCents(BigInt(sum))}, and have to come to nothing`,
    );
  }
}
