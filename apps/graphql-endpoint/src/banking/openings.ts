/** Opening an account: a user is made, the bank is asked, and its answer awaited for a while. */
import { randomBytes } from 'node:crypto';
import { commandIdOf } from '@bank/topology';
import type { Credentials } from '../identity/credentials.ts';
import type { Identity, LoggedIn } from '../identity/identity.ts';
import type { Users } from '../identity/users.ts';
import type { User } from '../identity/viewer.ts';
import type { Bell } from '../live/bell.ts';
import { userKey } from '../live/keys.ts';
import { refused, type Refused } from '../outcome.ts';
import type { Creations } from './creations.ts';
import type { Wallets } from './wallets.ts';

/** After how long the client is let in without an account, which then follows by itself. */
const answerWithinMs = 5_000;

type Parts = {
  readonly identity: Identity;
  readonly users: Users;
  readonly creations: Creations;
  readonly wallets: Wallets;
  readonly bell: Bell;
  readonly stopping: AbortSignal;
};

export class Openings {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes a user with an account and logs in. */
  async open(credentials: Credentials): Promise<LoggedIn | Refused> {
    const { identity, creations, users } = this.#parts;
    const signedUp = await identity.signUp(credentials, commandIdOf(randomBytes(16)));
    if (signedUp.type === 'Refused') return signedUp;
    const user = await this.#answered(signedUp.user);
    const reason = await creations.refusalOf(user.id);
    if (reason === undefined) return identity.beginSession(user);
    await users.removeRefused(user.id);
    return refused('REFUSED_BY_BANK', reason);
  }

  /** Logs in, and asks the bank for what is missing: the token, and when it has not answered yet, the account. */
  async logIn(credentials: Credentials): Promise<LoggedIn | Refused> {
    const outcome = await this.#parts.identity.logIn(credentials);
    if (outcome.type === 'LoggedIn' && outcome.user.role === 'CLIENT') this.#parts.wallets.prepare(outcome.user.id);
    return outcome;
  }

  /** Asks the bank, and gives the user as it is when the bank has answered, or when that takes too long. */
  async #answered(user: User): Promise<User> {
    const { bell, wallets, users, creations, stopping } = this.#parts;
    using answer = bell.waitFor([userKey(user.id)]);
    wallets.prepare(user.id);
    const signal = AbortSignal.any([AbortSignal.timeout(answerWithinMs), stopping]);
    for (;;) {
      await answer.wait(signal);
      const current = (await users.withId(user.id)) ?? user;
      const isAnswered = current.role === 'CLIENT' && current.iban !== undefined;
      if (isAnswered || signal.aborted || (await creations.refusalOf(user.id)) !== undefined) return current;
    }
  }
}
