/** Accounts that readers see no further: a version is missing, or an event contradicts another. Counted, and told to those who run the bank. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger, Retry } from '@bank/service';
import type { Iban } from '@bank/topology';
import type { Metrics } from '../metrics.ts';

/** Events may overtake one another for a moment: what is missing for longer is a fault. */
const tolerableMs = 60_000;
const lookEveryMs = 5_000;
/** So many accounts with a gap are told apart; with more of them the bank has other troubles. */
const most = 10_000;

type Parts = {
  readonly pool: Pool;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'accountsWithGap' | 'accountsStopped'>;
  /** A clock in milliseconds. */
  readonly now: () => number;
};

type Gap = { readonly iban: Iban; readonly missing: bigint };

export class Gaps {
  readonly #parts: Parts;
  /** Since when this instance knows that a version of an account is missing, and whether it has told of it. */
  #known = new Map<string, { readonly sinceMs: number; isTold: boolean }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Looks once, and tells of each gap that has become intolerable. */
  async look(): Promise<void> {
    const { pool, log, metrics, now } = this.#parts;
    const { rows: gaps } = await pool.query<Gap>(
      'select iban, ordinal + 1 as missing from accounts where newest > ordinal and stopped_offset is null order by iban limit $1',
      [most],
    );
    const before = this.#known;
    this.#known = new Map(gaps.map(({ iban, missing }) => [`${iban}/${missing}`, before.get(`${iban}/${missing}`) ?? { sinceMs: now(), isTold: false }]));
    let intolerable = 0;
    for (const { iban, missing } of gaps) {
      const gap = this.#known.get(`${iban}/${missing}`);
      if (!gap || now() - gap.sinceMs <= tolerableMs) continue;
      intolerable += 1;
      if (!gap.isTold) log.error({ iban, version: String(missing) }, 'a change of a balance is missing: its account is shown as it was before');
      gap.isTold = true;
    }
    metrics.accountsWithGap.set(intolerable);
    const { rows: [stopped] } = await pool.query<{ readonly count: bigint }>('select count(*) from accounts where stopped_offset is not null');
    metrics.accountsStopped.set(Number(stopped?.count ?? 0n));
  }
}

/** Looks every few seconds until the signal aborts. */
export const keepLookingForGaps = async ({ gaps, retry }: { readonly gaps: Gaps; readonly retry: Retry }, signal: AbortSignal): Promise<void> => {
  try {
    for (;;) {
      await retry.until(() => gaps.look(), { signal });
      await wait(lookEveryMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
