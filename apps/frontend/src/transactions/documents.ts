/** The transactions of an account: pages of what was, and the stream of what comes. */
import { graphql } from '../api/graphql.ts';

const transactionEdge = graphql(`
  fragment TransactionEdge on TransactionEdge {
    cursor
    node { id changedBy newBalance fromTo description changedAt transferId }
  }
`);

const accountPage = graphql(`
  fragment AccountPage on Account {
    iban
    balance
    transactions(first: $first, after: $after, direction: $direction, minAmount: $minAmount, search: $search) {
      edges { ...TransactionEdge }
      pageInfo { hasNextPage }
    }
  }
`, [transactionEdge]);

export const accountQuery = graphql(`
  query Account($iban: Iban!, $first: Int!, $after: String, $direction: Direction!, $minAmount: Cents, $search: String!) {
    account(iban: $iban) { ...AccountPage }
  }
`, [accountPage]);

export const companyQuery = graphql(`
  query Company($first: Int!, $after: String, $direction: Direction!, $minAmount: Cents, $search: String!) {
    company { ...AccountPage }
  }
`, [accountPage]);

export const transactionsSubscription = graphql(`
  subscription Transactions($iban: Iban!, $after: String) {
    transactions(iban: $iban, after: $after) { ...TransactionEdge }
  }
`, [transactionEdge]);
