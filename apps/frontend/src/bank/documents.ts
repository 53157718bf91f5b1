/** What people who work at the bank ask about all of it. */
import { graphql } from '../api/graphql.ts';

export const totalsQuery = graphql(`
  query Totals {
    totals { accounts money transfersPerSecond conservation problem }
  }
`);

export const accountsQuery = graphql(`
  query Accounts($search: String!, $sort: AccountSort!, $first: Int!, $after: String) {
    accounts(search: $search, sort: $sort, first: $first, after: $after) {
      edges {
        cursor
        node { iban balance changedAt }
      }
      pageInfo { hasNextPage }
    }
  }
`);

export const allTransactionsSubscription = graphql(`
  subscription AllTransactions($after: String) {
    allTransactions(after: $after) {
      cursor
      node { id iban changedBy newBalance fromTo description changedAt transferId }
    }
  }
`);
