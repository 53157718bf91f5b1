/** GraphQL documents, typed by the bank's contract: a field that is not there does not compile. */
import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './contract.d.ts';

/** Writes a typed document or fragment. Scalars arrive as text; `scalars.ts` reads them. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { Iban: string; Cents: string; DateTime: string };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';
