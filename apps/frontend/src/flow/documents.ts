/** What moves through the bank, as a sample for everybody. */
import { graphql, type ResultOf } from '../api/graphql.ts';

export const flowSubscription = graphql(`
  subscription Flow {
    flow { journey kind step at }
  }
`);

/** Something that happened to one command of somebody. */
export type FlowEvent = ResultOf<typeof flowSubscription>['flow'];
