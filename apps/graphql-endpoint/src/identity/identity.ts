/** Logging in and out, and becoming a user. */
import { availableParallelism } from 'node:os';
import type { CommandId } from '@bank/topology';
import { refused, type Refused } from '../outcome.ts';
import { Bounded, BusyError } from './bounded.ts';
import { objectionTo, type Credentials } from './credentials.ts';
import { hashPassword, isPasswordOf, nobodysHash } from './password.ts';
import type { Session, SessionId, Sessions } from './sessions.ts';
import type { Users } from './users.ts';
import type { User } from './viewer.ts';

/** Somebody logged in: the session's id is for the cookie and nothing else. */
export type LoggedIn = { readonly type: 'LoggedIn'; readonly user: User; readonly sessionId: SessionId; readonly expiresAt: Date };

/** Somebody became a client. */
export type SignedUp = { readonly type: 'SignedUp'; readonly user: User };

/** One core is left for all else, and of Node's pool of four threads one for files and look-ups of names. */
const hashesAtOnce = Math.max(1, Math.min(availableParallelism() - 1, 3));
const hashesWaiting = 50;

const busy = refused('BUSY', 'too many log-ins at once: try again shortly');
const wrong = refused('WRONG_CREDENTIALS', 'no such user, or another password');

export class Identity {
  readonly #users: Users;
  readonly #sessions: Sessions;
  readonly #hashing = new Bounded({ atOnce: hashesAtOnce, waiting: hashesWaiting });
  readonly #nobodysHash = nobodysHash();

  constructor({ users, sessions }: { readonly users: Users; readonly sessions: Sessions }) {
    this.#users = users;
    this.#sessions = sessions;
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
    const isRight = await this.#unlessBusy(() => isPasswordOf(found?.passwordHash ?? this.#nobodysHash, credentials.password));
    if (isRight === undefined) return busy;
    return found && isRight ? this.beginSession(found.user) : wrong;
  }

  /** Logs in a user of whom it is known that it is the right one. */
  async beginSession(user: User): Promise<LoggedIn> {
    const { id, expiresAt } = await this.#sessions.begin(user.id);
    return { type: 'LoggedIn', user, sessionId: id, expiresAt };
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
