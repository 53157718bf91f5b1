/** A client that follows accounts over one socket after the other, and keeps all that it is given. */
import type { Browser } from './browser.ts';

/** What a transaction is told apart by, and what it says. */
export type Entry = { readonly id: string; readonly iban: string; readonly changedBy: string; readonly newBalance: string };

type Followed = { readonly edge: { readonly cursor: string; readonly node: Entry } };

/** A subscription from a cursor on. */
export type Subscription = { readonly query: string; readonly variables?: Readonly<Record<string, string>> };

const edge = '{ cursor node { id iban changedBy newBalance } }';

export const toAccount = (iban: string): Subscription => ({
  query: `subscription($iban: Iban!, $after: String!) { edge: transactions(iban: $iban, after: $after) ${edge} }`,
  variables: { iban },
});

export const toAllAccounts: Subscription = { query: `subscription($after: String!) { edge: allTransactions(after: $after) ${edge} }` };

export type FollowerOptions = {
  /** Who follows. */
  readonly as: Browser;
  readonly subscription: Subscription;
  /** Where it connects the next time. */
  readonly nextUrl: () => string;
  /** Told after each transaction. */
  readonly onEntry: () => void;
};

export class Follower {
  readonly #options: FollowerOptions;
  readonly #entries: Entry[] = [];
  #cursor = '';
  #browser: Browser | undefined;
  #isOver = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** All that it was given, in that order. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /**
   * Follows until it is stopped: whenever its socket breaks off it makes another, and goes on from its cursor.
   *
   * @throws Error when it is answered with an error
   */
  async follow(): Promise<void> {
    const { as, subscription: { query, variables }, nextUrl, onEntry } = this.#options;
    while (!this.#isOver) {
      await using browser = as.at(nextUrl());
      this.#browser = browser;
      for await (const { data, errors } of browser.subscribe<Followed>(query, { ...variables, after: this.#cursor })) {
        if (!data) throw new Error(`a follower was answered with ${JSON.stringify(errors)}`);
        this.#entries.push(data.edge.node);
        this.#cursor = data.edge.cursor;
        onEntry();
      }
    }
  }

  /** Cuts its socket off; tells whether it had one. */
  breakOff(): boolean {
    return this.#browser?.breakOff() ?? false;
  }

  stop(): void {
    this.#isOver = true;
    this.breakOff();
  }
}
