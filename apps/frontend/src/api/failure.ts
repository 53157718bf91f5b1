/** What can go wrong between the browser and the bank, apart from the bank's own refusals, which are answers. */
import type { CombinedError } from '@urql/vue';

export type Failure =
  /** No answer came: whether the bank did what was asked is unknown. */
  | 'unreachable'
  /** The session has ended, or never began. */
  | 'unauthenticated'
  /** Not for this user, or not in this form: a mistake in this app, or an account that is not one's own. */
  | 'rejected'
  /** The account that was asked for is not there, or not for this user. */
  | 'absent'
  /** The bank answered that it failed. */
  | 'broken';

const failureOfCode = (code: unknown): Failure => {
  switch (code) {
    case 'UNAUTHENTICATED':
      return 'unauthenticated';
    case 'FORBIDDEN':
    case 'BAD_USER_INPUT':
    case 'GRAPHQL_VALIDATION_FAILED':
      return 'rejected';
    default:
      return 'broken';
  }
};

/** The part of a GraphQL error that is read here. */
export type GraphqlErrorLike = {
  readonly extensions?: Record<string, unknown> | undefined;
}

/** The failure that GraphQL errors report: the first one counts. */
export const failureOfErrors = (errors: readonly GraphqlErrorLike[]): Failure =>
  failureOfCode(errors[0]?.extensions?.['code']);

/** The failure behind an error of a request. */
export const failureOf = (error: CombinedError): Failure =>
  error.networkError === undefined ? failureOfErrors(error.graphQLErrors) : 'unreachable';

/** A failure in words, for people. */
export const explain = (failure: Failure): string => {
  switch (failure) {
    case 'unreachable':
      return 'The bank cannot be reached. Check your connection and try again.';
    case 'unauthenticated':
      return 'Your session has ended. Log in again.';
    case 'rejected':
      return 'The bank did not accept this request.';
    case 'absent':
      return 'There is no such account.';
    case 'broken':
      return 'Something went wrong at the bank. Try again in a moment.';
  }
};
