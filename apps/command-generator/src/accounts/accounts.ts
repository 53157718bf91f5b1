/** The accounts that this process asked the bank for: those it still waits for, and those it knows. By the beat that opened them. */
import type { CommandId } from '@bank/topology';
import type { Account } from '../command/command.ts';

export class Accounts {
  readonly #asked = new Map<CommandId, number>();
  readonly #known = new Map<number, Account>();
  /** Those who wait for the bank to answer. */
  #waiting: (() => void)[] = [];

  /** How many accounts are known. */
  get size(): number {
    return this.#known.size;
  }

  /** The account that a beat opened; undefined when it is not known. */
  of(creationBeat: number): Account | undefined {
    return this.#known.get(creationBeat);
  }

  /** Expects an answer under a command's id. To be called before the command is sent, for the answer may overtake its acknowledgement. */
  expect(id: CommandId, creationBeat: number): void {
    if (!this.#known.has(creationBeat)) this.#asked.set(id, creationBeat);
  }

  /**
   * Learns the account that was opened under a command's id.
   *
   * @returns the beat that opened it, or undefined when nothing is expected under this id: it is not ours, or is known already
   */
  learn(id: CommandId, account: Account): number | undefined {
    const creationBeat = this.#settle(id);
    if (creationBeat !== undefined) this.#known.set(creationBeat, account);
    return creationBeat;
  }

  /**
   * Expects no account under a command's id any more.
   *
   * @returns the beat that was to open it, or undefined when nothing was expected
   */
  giveUp(id: CommandId): number | undefined {
    return this.#settle(id);
  }

  /** Resolves when the bank has answered all that was asked, or when the signal aborts. */
  async answered(signal: AbortSignal): Promise<void> {
    if (this.#asked.size === 0 || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
  }

  #settle(id: CommandId): number | undefined {
    const creationBeat = this.#asked.get(id);
    this.#asked.delete(id);
    if (this.#asked.size === 0) {
      for (const wake of this.#waiting) wake();
      this.#waiting = [];
    }
    return creationBeat;
  }
}
