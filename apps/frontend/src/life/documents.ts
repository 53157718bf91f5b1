/** One transfer's life. */
import { graphql } from '../api/graphql.ts';

const recordPlace = graphql(`
  fragment RecordPlaceFields on RecordPlace { topic partition offset writtenAt }
`);

export const transferQuery = graphql(`
  query TransferLife($id: ID!) {
    transfer(id: $id) {
      id
      status
      reason
      amount
      from
      to
      description
      command { ...RecordPlaceFields }
      settledAt
      feedback { ...RecordPlaceFields }
      changes {
        transaction { id iban changedBy newBalance }
        record { ...RecordPlaceFields }
      }
    }
  }
`, [recordPlace]);
