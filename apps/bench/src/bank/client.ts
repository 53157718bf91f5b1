/** A client of the endpoint over HTTP, on a connection that is kept, with its cookie. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const Errors = z.array(z.looseObject({ message: z.string(), extensions: z.looseObject({ code: z.string().optional() }).optional() }));
const Answer = z.object({ data: z.unknown(), errors: Errors.optional() });

/** What an operation was answered with; undefined when the body is no answer of GraphQL. */
export type Answered = { readonly status: number; readonly answer: z.output<typeof Answer> | undefined };

/** The type of an outcome, and when it is a refusal its code. */
const Outcome = z.object({ __typename: z.string(), code: z.string().optional() });
export type Outcome = z.output<typeof Outcome>;

const outcome = '__typename ... on Refused { code }';
const queries = {
  logIn: `mutation($username: String!, $password: String!) { outcome: logIn(username: $username, password: $password) { ${outcome} } }`,
  openAccount: `mutation($username: String!, $password: String!) { outcome: openAccount(username: $username, password: $password) { ${outcome} } }`,
  account: '{ me { account { iban } } }',
  deposit: `mutation($id: ID!, $amount: Cents!) { outcome: deposit(id: $id, amount: $amount) { ${outcome} } }`,
  transfer: `mutation($id: ID!, $to: String!, $amount: Cents!) { outcome: transfer(id: $id, to: $to, amount: $amount, description: "bench") { ${outcome} } }`,
} as const;

const WithOutcome = z.object({ outcome: Outcome });

export type Credentials = { readonly username: string; readonly password: string };

/** Of somebody whom no bank knows yet. */
export const newCredentials = (): Credentials => ({ username: `bench-${randomUUID()}`, password: randomUUID() });

export class Client {
  readonly #url: string;
  #cookie: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** The session's cookie, once logged in. */
  get cookie(): string | undefined {
    return this.#cookie;
  }

  /** Sends an operation, and keeps the cookie that comes with the answer. */
  async send(query: string, variables: object): Promise<Answered> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(this.#cookie !== undefined && { cookie: this.#cookie }) },
      body: JSON.stringify({ query, variables }),
    });
    const [setCookie] = response.headers.getSetCookie();
    if (setCookie !== undefined) this.#cookie = setCookie.split(';', 1)[0];
    const body: unknown = await response.json().catch(() => undefined);
    return { status: response.status, answer: Answer.safeParse(body).data };
  }

  /** Logs in, or is refused in whatever way. */
  tryLogIn(credentials: Credentials): Promise<Answered> {
    return this.send(queries.logIn, credentials);
  }

  /** @throws Error when it is refused */
  async logIn(credentials: Credentials): Promise<void> {
    await this.#succeed(queries.logIn, credentials, 'LoggedIn');
  }

  /** Becomes a client, and waits until the account is there; a handler has to run. @throws Error when it is refused */
  async openAccount(credentials: Credentials = newCredentials()): Promise<void> {
    await this.#succeed(queries.openAccount, credentials, 'LoggedIn');
    const { answer } = await this.send(queries.account, {});
    z.object({ me: z.object({ account: z.object({ iban: z.string() }) }) }).parse(answer?.data);
  }

  /** @throws Error when it is not confirmed */
  deposit(amount: bigint): Promise<void> {
    return this.#succeed(queries.deposit, { id: randomUUID(), amount: String(amount) }, 'Confirmed');
  }

  /** @throws Error when it is not confirmed */
  transfer(to: string, amount: bigint): Promise<void> {
    return this.#succeed(queries.transfer, { id: randomUUID(), to, amount: String(amount) }, 'Confirmed');
  }

  async #succeed(query: string, variables: object, expected: string): Promise<void> {
    const { status, answer } = await this.send(query, variables);
    const found = outcomeIn(answer);
    if (found?.__typename !== expected) throw new Error(`${query} was answered ${status}: ${JSON.stringify(answer)}`);
  }
}

/** The outcome in an answer; undefined when it has none. */
export const outcomeIn = (answer: Answered['answer']): Outcome | undefined => WithOutcome.safeParse(answer?.data).data?.outcome;
