/** Places for sockets: so many in all, and so many for one address. */

type Bounds = { readonly inAll: number; readonly ofOneAddress: number };

/** Why there is no place. */
export type Full = 'full' | 'full for this address';

export class Places {
  readonly #bounds: Bounds;
  readonly #taken = new Map<string, number>();
  #takenInAll = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Takes a place, which is to be given back; says so when there is none. */
  take(address: string): Full | undefined {
    const taken = this.#taken.get(address) ?? 0;
    if (this.#takenInAll >= this.#bounds.inAll) return 'full';
    if (taken >= this.#bounds.ofOneAddress) return 'full for this address';
    this.#taken.set(address, taken + 1);
    this.#takenInAll += 1;
    return undefined;
  }

  giveBack(address: string): void {
    const taken = this.#taken.get(address);
    if (taken === undefined) throw new Error(`no place was taken for ${address}`);
    if (taken > 1) this.#taken.set(address, taken - 1);
    else this.#taken.delete(address);
    this.#takenInAll -= 1;
  }
}
