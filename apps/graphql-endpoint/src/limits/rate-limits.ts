/** How often clients may do what costs much, or gains much when it is tried often. */
import { refused, type Refused } from '../outcome.ts';
import { RateLimit } from './rate-limit.ts';

export type RateBounds = {
  readonly logInsPerMinuteOfAddress: number;
  readonly openingsPerMinuteOfAddress: number;
  readonly commandsPerTenSecondsOfUser: number;
  readonly commandsPerTenSecondsOfAddress: number;
};

/** Refuses what comes too often, and says when to try again. */
export const tooOften = (what: string, retryAfterSeconds: number): Refused =>
  refused('RATE_LIMITED', `too many ${what}: try again in ${retryAfterSeconds} s`, { retryAfterSeconds });

export class RateLimits {
  readonly #logIns: RateLimit;
  readonly #openings: RateLimit;
  readonly #commandsOfUser: RateLimit;
  readonly #commandsOfAddress: RateLimit;

  constructor(bounds: RateBounds) {
    this.#logIns = new RateLimit({ most: bounds.logInsPerMinuteOfAddress, withinSeconds: 60 });
    this.#openings = new RateLimit({ most: bounds.openingsPerMinuteOfAddress, withinSeconds: 60 });
    this.#commandsOfUser = new RateLimit({ most: bounds.commandsPerTenSecondsOfUser, withinSeconds: 10 });
    this.#commandsOfAddress = new RateLimit({ most: bounds.commandsPerTenSecondsOfAddress, withinSeconds: 10 });
  }

  /** Counts a password that is to be looked at. */
  async logIn(address: string): Promise<Refused | undefined> {
    const seconds = await this.#logIns.count(address);
    return seconds === undefined ? undefined : tooOften('log-ins from this address', seconds);
  }

  /** Counts an account that is to be opened. */
  async opening(address: string): Promise<Refused | undefined> {
    const seconds = await this.#openings.count(address);
    return seconds === undefined ? undefined : tooOften('accounts opened from this address', seconds);
  }

  /** Counts a transfer or a deposit. */
  async command(of: { readonly userId: string; readonly address: string }): Promise<Refused | undefined> {
    const ofUser = await this.#commandsOfUser.count(of.userId);
    if (ofUser !== undefined) return tooOften('transfers and deposits', ofUser);
    const ofAddress = await this.#commandsOfAddress.count(of.address);
    return ofAddress === undefined ? undefined : tooOften('transfers and deposits from this address', ofAddress);
  }
}
