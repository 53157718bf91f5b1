/** Whether the endpoint's transactions are the events on the topic, each once, up to where they are projected. Pure. */
import type { Received } from '@bank/messaging';
import { partitionNameOf, placeOf } from './place.ts';
import { digestOfRow, rowOf, type Projection, type Row } from './projection.ts';

/** What takes a digest's place once its event was seen. */
const seen = -1;

/** An event and the row that it has to be, which is another or none. */
export type Misprojected = { readonly place: string; readonly row: Row; readonly isMissing: boolean };

export class ProjectionBook {
  /** Events that are not what the endpoint has of them, in the order of the topic. */
  readonly misprojected: Misprojected[] = [];
  readonly #projection: Projection;

  /** @param projection its rows are used up */
  constructor(projection: Projection) {
    this.#projection = projection;
  }

  /** Takes the next event of its partition. */
  change(message: Received<'balance_changed'>): void {
    const { rows, projected } = this.#projection;
    if (!('record' in message) || message.raw.offset >= (projected.get(partitionNameOf(message.raw)) ?? 0n)) return;
    const row = rowOf(message);
    const digests = rows.get(row.iban) ?? [];
    const at = Number(row.ordinal) - 1;
    const digest = digests[at];
    // The same place in the account once more: the first to come was to become the row.
    if (digest === seen) return;
    if (digest !== digestOfRow(row)) this.misprojected.push({ place: placeOf(message.raw), row, isMissing: digest === undefined });
    digests[at] = seen;
    rows.set(row.iban, digests);
  }

  /** The rows that no event led to, when all events are taken: the ordinals by account. */
  close(): ReadonlyMap<string, readonly number[]> {
    const invented = new Map<string, readonly number[]>();
    for (const [iban, digests] of this.#projection.rows) {
      const ordinals = Object.entries(digests).filter(([, digest]) => digest !== seen).map(([at]) => Number(at) + 1);
      if (ordinals.length > 0) invented.set(iban, ordinals);
    }
    return invented;
  }
}
