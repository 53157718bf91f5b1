/** Where the transactions of an account are read from. */
import type { Iban } from '@bank/topology';
import type { Client } from '@urql/vue';
import { ask, type Answer } from '../api/request.ts';
import { accountQuery, companyQuery } from './documents.ts';
import { readAccountPage, type AccountPage } from './transaction.ts';

/** Which page: `first` at most, older than the cursor `after`; the newest ones without it. */
export type PageRequest = {
  readonly first: number;
  readonly after?: string | undefined;
}

/** An account that may be looked at, page by page; null when it is not there or not for this user. */
export type AccountSource = (client: Client, request: PageRequest) => Promise<Answer<AccountPage | null>>;

/** The company's account, which everybody may see. */
export const companyAccount: AccountSource = async (client, { first, after = null }) => {
  const answer = await ask(client, companyQuery, { first, after });
  return answer.kind === 'failed' ? answer : { kind: 'answered', data: readAccountPage(answer.data.company) };
};

/** An account by its IBAN: one's own, or any for an employee. */
export const accountOf = (iban: Iban): AccountSource => async (client, { first, after = null }) => {
  const answer = await ask(client, accountQuery, { iban, first, after });
  if (answer.kind === 'failed') return answer;
  const { account } = answer.data;
  return { kind: 'answered', data: account === null ? null : readAccountPage(account) };
};
