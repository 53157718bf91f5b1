/** Opening an account: a user is made, the bank is asked, and its answer awaited for a while. */
import { randomBytes } from 'node:crypto';
import { commandIdOf } from '@bank/topology';
import type { Credentials } from '../identity/credentials.ts';
import type { Identity, LoggedIn } from '../identity/identity.ts';
import type { Users } from '../identity/users.ts';
import type { User } from '../identity/viewer.ts';
import type { Bell } from '../live/bell.ts';
import { userKey } from '../live/keys.ts';
import { refusedByBank, type Refused } from '../outcome.ts';
import type { Creations } from './creations.ts';
import { openingSteps } from './steps.ts';
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
    const { identity } = this.#parts;
    const signedUp = await identity.signUp(credentials, commandIdOf(randomBytes(16)));
    if (signedUp.type === 'Refused') return signedUp;
    openingSteps.stored.publish({ commands: 1 });
    const user = await this.#answered(signedUp.user);
    openingSteps.answering.publish({ commands: 1 });
    return (await this.#refusalOf(user)) ?? identity.beginSession(user);
  }

  /** Logs in, and asks the bank for what is missing: the token, and when it has not answered yet, the account. */
  async logIn(credentials: Credentials): Promise<LoggedIn | Refused> {
    const outcome = await this.#parts.identity.logIn(credentials);
    if (outcome.type === 'Refused' || outcome.user.role !== 'CLIENT') return outcome;
    // The bank may have refused when nobody waited for it any more.
    const refusal = await this.#refusalOf(outcome.user);
    if (refusal) return refusal;
    this.#parts.wallets.prepare(outcome.user.id);
    return outcome;
  }

  /** Tells why the bank would not open a user's account, when it would not: then there is no user any more, and the name is free again. */
  async #refusalOf(user: User): Promise<Refused | undefined> {
    const { creations, users } = this.#parts;
    const reason = await creations.refusalOf(user.id);
    if (reason === undefined) return undefined;
    await users.removeRefused(user.id);
    return refusedByBank(reason);
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
