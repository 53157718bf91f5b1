/** Where the transactions of an account are read from. */
import type { Iban } from '@bank/topology';
import type { Client } from '@urql/vue';
import type { Failure } from '../api/failure.ts';
import { ask, type Answer } from '../api/request.ts';
import { accountQuery, companyQuery } from './documents.ts';
import { noFilter, type TransactionFilter } from './filter.ts';
import { readAccountPage, type AccountPage } from './transaction.ts';

/** Which page: `first` at most, older than the cursor `after`; the newest ones without it. All of them, but for a filter. */
export type PageRequest = {
  readonly first: number;
  readonly after?: string | undefined;
  readonly filter?: TransactionFilter | undefined;
}

const variablesOf = ({ first, after, filter: { direction, minAmount, search } = noFilter }: PageRequest) => ({
  first, after: after ?? null, direction, minAmount: minAmount?.toString() ?? null, search,
});

/** An account that may be looked at, page by page; absent when it is not there or not for this user. */
export type AccountSource = ((client: Client, request: PageRequest) => Promise<Answer<AccountPage>>) & {
  /** Nothing is masked for this user, who may search by text, and see the transfers behind the transactions. */
  readonly showsAll?: true;
}

/** How the parts of one list read pages of its account, by default as many rows as the reader chose. */
export type PageReading = {
  readonly read: (request: Partial<PageRequest>) => Promise<Answer<AccountPage>>;
  readonly onFailure: (failure: Failure) => void;
}

/** The company's account, which everybody may see. */
export const companyAccount: AccountSource = async (client, request) => {
  const answer = await ask(client, companyQuery, variablesOf(request));
  return answer.kind === 'failed' ? answer : { kind: 'answered', data: readAccountPage(answer.data.company) };
};

/** An account by its IBAN: one's own, or any for an employee. */
export const accountOf = (iban: Iban): AccountSource => {
  const read: AccountSource = async (client, request) => {
    const answer = await ask(client, accountQuery, { iban, ...variablesOf(request) });
    if (answer.kind === 'failed') return answer;
    const { account } = answer.data;
    return account === null ? { kind: 'failed', failure: 'absent' } : { kind: 'answered', data: readAccountPage(account) };
  };
  return Object.assign(read, { showsAll: true } as const);
};
