/** One request, its answer a value. */
import type { AnyVariables, Client, DocumentInput, OperationResult } from '@urql/vue';
import { failureOf, type Failure } from './failure.ts';

export type Answer<Data> =
  | { readonly kind: 'answered'; readonly data: Data }
  | { readonly kind: 'failed'; readonly failure: Failure };

const answerOf = <Data>({ data, error }: OperationResult<Data>): Answer<Data> => {
  if (error !== undefined) return { kind: 'failed', failure: failureOf(error) };
  if (data === undefined || data === null) return { kind: 'failed', failure: 'broken' };
  return { kind: 'answered', data };
};

/** Asks the bank something. */
export const ask = async <Data, Variables extends AnyVariables>(
  client: Client, document: DocumentInput<Data, Variables>, variables: Variables,
): Promise<Answer<Data>> => answerOf(await client.query(document, variables).toPromise());

/** Has the bank do something. `unreachable` leaves open whether it did. */
export const tell = async <Data, Variables extends AnyVariables>(
  client: Client, document: DocumentInput<Data, Variables>, variables: Variables,
): Promise<Answer<Data>> => answerOf(await client.mutation(document, variables).toPromise());
