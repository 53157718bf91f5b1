/** The commands of a client. */
import { graphql } from '../api/graphql.ts';

export const transferMutation = graphql(`
  mutation Transfer($id: ID!, $to: String!, $amount: Cents!, $description: String!) {
    transfer(id: $id, to: $to, amount: $amount, description: $description) {
      __typename
      ... on Refused { code reason }
    }
  }
`);

export const depositMutation = graphql(`
  mutation Deposit($id: ID!, $amount: Cents!) {
    deposit(id: $id, amount: $amount) {
      __typename
      ... on Refused { code reason }
    }
  }
`);

export const commandQuery = graphql(`
  query Command($id: ID!) {
    command(id: $id) {
      __typename
      ... on Refused { code reason }
    }
  }
`);
