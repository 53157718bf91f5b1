/** Log-ins without end: each client tries again as soon as it is answered, in turn with the right password, a wrong one, and an unknown name. */
import { employee } from '../bank/endpoint.ts';
import { Client, outcomeIn, type Answered, type Credentials } from '../bank/client.ts';

const attempts: readonly Credentials[] = [employee, { ...employee, password: 'a wrong password' }, { username: 'nobody at all', password: 'a wrong password' }];

/** How often log-ins were answered in which way, by the outcome's type or code, the error's code, or the status. */
export type Answers = Readonly<Record<string, number>>;

export class Flood {
  readonly #stopping = new AbortController();
  readonly #answers = new Map<string, number>();
  readonly #clients: Promise<unknown>;

  /** Begins at once. */
  constructor(url: string, clients: number) {
    this.#clients = Promise.all(Array.from({ length: clients }, (_, nth) => this.#keepTrying(url, nth)));
    // Who stops the flood hears of it.
    this.#clients.catch(() => undefined);
  }

  /** Resolves when the last attempt is answered. @throws Error when the endpoint did not answer at all */
  async stop(): Promise<Answers> {
    this.#stopping.abort();
    await this.#clients;
    return Object.fromEntries(this.#answers);
  }

  async #keepTrying(url: string, first: number): Promise<void> {
    for (let nth = first; !this.#stopping.signal.aborted; nth += 1) {
      const credentials = attempts[nth % attempts.length] ?? employee;
      const name = nameOf(await new Client(url).tryLogIn(credentials));
      this.#answers.set(name, (this.#answers.get(name) ?? 0) + 1);
    }
  }
}

const nameOf = ({ status, answer }: Answered): string => {
  const outcome = outcomeIn(answer);
  return outcome?.code ?? outcome?.__typename ?? answer?.errors?.[0]?.extensions?.code ?? String(status);
};
