/** Requests to the bank: GraphQL over HTTP, from the same origin, with the session in a cookie. */
import { Client, fetchExchange } from '@urql/vue';

/** The path of the API, for HTTP and WebSocket alike. */
export const apiPath = '/graphql';

/**
 * Without a cache on purpose: balances and transactions are followed live, and a cached answer would show money that is no longer there.
 */
export const createApiClient = (): Client =>
  new Client({
    url: apiPath,
    exchanges: [fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: { credentials: 'same-origin', headers: { 'apollo-require-preflight': 'true' } },
  });
