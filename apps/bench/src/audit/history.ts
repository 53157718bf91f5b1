/** The changes of one account, put together from its events: these come in any order, and more than once. */

/** One change as its event tells it. */
export type Change = { readonly version: bigint; readonly changedBy: bigint; readonly newBalance: bigint; readonly digest: number };

export class History {
  /** The balance after all changes up to the first that is missing. */
  balance: bigint;
  /** Digests of these changes, the first at index 0: all that is kept of them. */
  readonly #digests: number[] = [];
  /** Changes that came before one that precedes them. Handlers work side by side, so that is usual, but for a moment only. */
  readonly #early = new Map<bigint, Change>();

  /** @param opening the balance before the first change */
  constructor(opening: bigint) {
    this.balance = opening;
  }

  /** The last version before which none is missing. */
  get version(): bigint {
    return BigInt(this.#digests.length);
  }

  /** Whether changes are known that follow a missing one. */
  get hasGap(): boolean {
    return this.#early.size > 0;
  }

  /**
   * Takes a change in.
   *
   * @param onWrongBalance told of a change whose new balance is not the one before it plus what it changed
   * @returns whether it is new, the same once more, or another under a version that is known
   */
  add(change: Change, onWrongBalance: (version: bigint) => void): 'new' | 'same' | 'other' {
    const known = this.#early.get(change.version)?.digest ?? this.#digests[Number(change.version) - 1];
    if (known !== undefined) return known === change.digest ? 'same' : 'other';
    this.#early.set(change.version, change);
    for (let next = this.#takeNext(); next; next = this.#takeNext()) {
      if (next.newBalance !== this.balance + next.changedBy) onWrongBalance(next.version);
      this.balance = next.newBalance;
      this.#digests.push(next.digest);
    }
    return 'new';
  }

  #takeNext(): Change | undefined {
    const next = this.#early.get(this.version + 1n);
    if (next) this.#early.delete(next.version);
    return next;
  }
}
