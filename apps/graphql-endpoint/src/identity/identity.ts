/** Logging in and out, and becoming a user. */
import { availableParallelism } from 'node:os';
import type { CommandId } from '@bank/topology';
import type { RateLimit } from '../limits/rate-limit.ts';
import { tooOften } from '../limits/rate-limits.ts';
import { refused, type Refused } from '../outcome.ts';
import { Bounded, BusyError } from './bounded.ts';
import { objectionTo, objectionToPassword, type Credentials, type PasswordChange } from './credentials.ts';
import { hashPassword, isPasswordOf, nobodysHash } from './password.ts';
import type { Session, SessionId, Sessions } from './sessions.ts';
import type { Users } from './users.ts';
import type { User } from './viewer.ts';

/** Somebody logged in: the session's id is for the cookie and nothing else. */
export type LoggedIn = { readonly type: 'LoggedIn'; readonly user: User; readonly sessionId: SessionId; readonly expiresAt: Date };

export type PasswordChanged = { readonly type: 'PasswordChanged'; readonly user: User };

/** Somebody became a client. */
export type SignedUp = { readonly type: 'SignedUp'; readonly user: User };

/** One core is left for all else, and of Node's pool of four threads one for files and look-ups of names. */
const hashesAtOnce = Math.max(1, Math.min(availableParallelism() - 1, 3));
const hashesWaiting = 50;

const busy = refused('BUSY', 'too many log-ins at once: try again shortly', { retryAfterSeconds: 1 });
const wrong = refused('WRONG_CREDENTIALS', 'no such user, or another password');
const wrongCurrent = refused('WRONG_CREDENTIALS', 'the current password is another');

type Parts = {
  readonly users: Users;
  readonly sessions: Sessions;
  /** How often a user's password may be guessed. */
  readonly guesses: RateLimit;
};

export class Identity {
  readonly #users: Users;
  readonly #sessions: Sessions;
  readonly #guesses: RateLimit;
  readonly #hashing = new Bounded({ atOnce: hashesAtOnce, waiting: hashesWaiting });
  readonly #nobodysHash = nobodysHash();

  constructor({ users, sessions, guesses }: Parts) {
    this.#users = users;
    this.#sessions = sessions;
    this.#guesses = guesses;
  }

  /** Makes a client, whose account the command of this id is to open. */
  async signUp(credentials: Credentials, creationId: CommandId): Promise<SignedUp | Refused> {
    const objection = objectionTo(credentials);
    if (objection !== undefined) return refused('INVALID_CREDENTIALS_FORM', objection);
    const passwordHash = await this.#unlessBusy(() => hashPassword(credentials.password));
    if (passwordHash === undefined) return busy;
    const user = await this.#users.addClient({ username: credentials.username, passwordHash, creationId });
    return user ? { type: 'SignedUp', user } : refused('USERNAME_TAKEN', 'somebody else has this username: choose another');
  }

  /** Logs in. An unknown user takes as long as a wrong password, and is answered the same. */
  async logIn(credentials: Credentials): Promise<LoggedIn | Refused> {
    // No user has credentials of another form, and a database takes no NUL: that much may be told sooner.
    if (objectionTo(credentials) !== undefined) return wrong;
    const found = await this.#users.named(credentials.username);
    const passwordHash = found?.passwordHash ?? this.#nobodysHash;
    const objection = await this.#objectionTo(credentials, passwordHash);
    if (objection) return objection;
    return (found && (await this.#beginSession(found.user, passwordHash))) ?? wrong;
  }

  /** Logs in a user of whom it is known that it is the right one. */
  async beginSession(user: User): Promise<LoggedIn> {
    const begun = await this.#beginSession(user);
    if (!begun) throw new Error('the user has gone');
    return begun;
  }

  /** Changes the password of the session's user, and ends all other sessions. */
  async changePassword({ user, hash }: Session, { current, new: next }: PasswordChange): Promise<PasswordChanged | Refused> {
    const objection = objectionToPassword(next);
    if (objection !== undefined) return refused('INVALID_CREDENTIALS_FORM', objection);
    const from = (await this.#users.named(user.username))?.passwordHash ?? this.#nobodysHash;
    const refusal = await this.#objectionTo({ username: user.username, password: current }, from);
    if (refusal) return refusal === wrong ? wrongCurrent : refusal;
    const to = await this.#unlessBusy(() => hashPassword(next));
    if (to === undefined) return busy;
    const isChanged = await this.#users.changePassword(user.id, { from, to, keeping: hash });
    return isChanged ? { type: 'PasswordChanged', user } : wrongCurrent;
  }

  /** Ends a session, or all of its user. */
  async logOut(session: Session, { everywhere }: { readonly everywhere: boolean }): Promise<void> {
    if (everywhere) await this.#sessions.endAll(session.user.id);
    else await this.#sessions.end(session.hash);
  }

  /**
   * Makes the employee, or gives it the password of these credentials.
   *
   * @throws EmployeeNameTakenError when the name is a client's
   */
  async ensureEmployee({ username, password }: Credentials): Promise<void> {
    const found = await this.#users.named(username);
    if (found?.user.role === 'EMPLOYEE' && (await isPasswordOf(found.passwordHash, password))) return;
    await this.#users.setEmployee(username, await hashPassword(password));
  }

  /** Why these credentials are not let through; undefined when the password is the one of this hash. Only wrong ones count as guesses. */
  async #objectionTo({ username, password }: Credentials, passwordHash: string): Promise<Refused | undefined> {
    // Counted before it is looked at: many at once get no more looks than one after the other.
    const seconds = await this.#guesses.count(username);
    if (seconds !== undefined) return tooOften('tries to log in as this user', seconds);
    const isRight = await this.#unlessBusy(() => isPasswordOf(passwordHash, password));
    if (isRight === false) return wrong;
    await this.#guesses.takeBack(username);
    return isRight === undefined ? busy : undefined;
  }

  /** Begins a session; undefined when the hash is no longer that of the user's password. */
  async #beginSession(user: User, passwordHash?: string): Promise<LoggedIn | undefined> {
    const begun = await this.#sessions.begin(user.id, passwordHash);
    return begun && { type: 'LoggedIn', user, sessionId: begun.id, expiresAt: begun.expiresAt };
  }

  /** What the work gives; undefined when too many hashes wait already. */
  async #unlessBusy<R>(work: () => Promise<R>): Promise<R | undefined> {
    try {
      return await this.#hashing.run(work);
    } catch (error) {
      if (error instanceof BusyError) return undefined;
      throw error;
    }
  }
}
