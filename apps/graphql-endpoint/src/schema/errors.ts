/** Errors as clients see them: the expected with a code, the unexpected with nothing but an id under which the log has the rest. */
import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '@bank/service';

/** Only for somebody who is logged in. */
export const unauthenticated = (): GraphQLError => new GraphQLError('log in first', { extensions: { code: 'UNAUTHENTICATED' } });

/** Not for this user. */
export const forbidden = (why: string): GraphQLError => new GraphQLError(why, { extensions: { code: 'FORBIDDEN' } });

/** An argument or a variable is not what it should be. */
export const badInput = (why: string): GraphQLError => new GraphQLError(why, { extensions: { code: 'BAD_USER_INPUT' } });

/** More than one may have at once. */
export const tooMany = (why: string): GraphQLError => new GraphQLError(why, { extensions: { code: 'TOO_MANY' } });

/** Whether GraphQL or one of the functions above made the error, rather than something that went wrong beneath. */
export const isExpected = (error: unknown): boolean =>
  error instanceof GraphQLError && (error.originalError === undefined || isExpected(error.originalError));

/** Gives an error the form in which it leaves the service; `formatted` is what it would be without. */
export type Mask = (error: unknown, formatted: GraphQLFormattedError) => GraphQLFormattedError;

/** A mask that leaves expected errors as they are and logs the others. */
export const createMask =
  (log: Logger): Mask =>
  (error, formatted) => {
    if (isExpected(error)) return formatted;
    const errorId = randomUUID();
    log.error({ err: error instanceof GraphQLError ? error.originalError : error, errorId, path: formatted.path }, 'an operation failed');
    return {
      message: `something went wrong here; it is logged as ${errorId}`,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
      ...(formatted.path !== undefined && { path: formatted.path }),
    };
  };
