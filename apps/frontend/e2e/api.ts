/** A client of the bank without a browser: what other people do meanwhile. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { bankUrl } from './browser.ts';
import type { Credentials, Order } from './client.ts';

const answer = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.array(z.unknown()).optional() });
const outcome = z.object({ outcome: z.object({ __typename: z.string(), reason: z.string().optional() }) });
const ownAccount = z.object({
  me: z.object({
    account: z.object({
      iban: z.string(),
      transactions: z.object({ edges: z.array(z.object({ node: z.object({ transferId: z.string().nullable() }) })) }),
    }).nullable(),
  }),
});

const told = '__typename ... on Refused { reason }';
const openAccount = `mutation($username: String!, $password: String!) { outcome: openAccount(username: $username, password: $password) { ${told} } }`;
const logIn = `mutation($username: String!, $password: String!) { outcome: logIn(username: $username, password: $password) { ${told} } }`;
const deposit = `mutation($id: ID!, $amount: Cents!) { outcome: deposit(id: $id, amount: $amount) { ${told} } }`;
const transfer = `mutation($id: ID!, $to: String!, $amount: Cents!, $description: String!) {
  outcome: transfer(id: $id, to: $to, amount: $amount, description: $description) { ${told} } }`;
const account = '{ me { account { iban transactions(first: 1) { edges { node { transferId } } } } } }';

const againMs = 250;

/** Somebody with an account, logged in over HTTP. */
export type Holder = {
  readonly iban: string;
  /** @param amount in whole cents */
  readonly deposit: (amount: number) => Promise<void>;
  /** Sends the same command until it is confirmed, through every failure of the bank. @throws Error when it is refused */
  readonly transfer: (order: Omit<Order, 'amount'> & { readonly amount: number }) => Promise<void>;
  /** The id of the transfer of the account's newest transaction. */
  readonly newestTransfer: () => Promise<string>;
}

/** Sends operations with the cookie of the session that one of them began. */
const createSession = (): ((query: string, variables?: object) => Promise<unknown>) => {
  let cookie = '';
  return async (query, variables = {}) => {
    const response = await fetch(`${bankUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ query, variables }),
    });
    cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? cookie;
    const { data, errors } = answer.parse(await response.json());
    if (errors !== undefined) throw new Error(`the bank answered with ${JSON.stringify(errors)}`);
    return data;
  };
};

/** Becomes a client, or comes back as the one of this name, and waits until the account is there. @throws Error when the bank refuses */
export const openAs = async (credentials: Credentials): Promise<Holder> => {
  const send = createSession();
  const opened = outcome.parse(await send(openAccount, credentials)).outcome;
  if (opened.__typename === 'Refused') {
    const entered = outcome.parse(await send(logIn, credentials)).outcome;
    if (entered.__typename === 'Refused') throw new Error(`${credentials.username}: ${opened.reason ?? ''}; ${entered.reason ?? ''}`);
  }
  const own = async (): Promise<z.output<typeof ownAccount>> => ownAccount.parse(await send(account));
  let mine = await own();
  while (mine.me.account === null) {
    await delay(againMs);
    mine = await own();
  }
  const { iban } = mine.me.account;
  return {
    iban,
    deposit: amount => confirm(send, deposit, { amount: String(amount) }),
    transfer: ({ amount, ...order }) => confirm(send, transfer, { ...order, amount: String(amount) }),
    async newestTransfer() {
      const id = (await own()).me.account?.transactions.edges[0]?.node.transferId;
      if (id === undefined || id === null) throw new Error(`${iban} has no transaction that tells its transfer`);
      return id;
    },
  };
};

/** The same id goes with every try, so that the money moves once. */
const confirm = async (send: ReturnType<typeof createSession>, query: string, variables: object): Promise<void> => {
  const id = randomUUID();
  for (;;) {
    const settled = outcome.safeParse(await send(query, { id, ...variables }).catch(() => undefined)).data?.outcome;
    if (settled?.__typename === 'Confirmed') return;
    if (settled?.__typename === 'Refused') throw new Error(`refused: ${settled.reason ?? ''}`);
    await delay(againMs);
  }
};
