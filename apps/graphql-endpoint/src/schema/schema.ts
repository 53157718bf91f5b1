/** The executable schema: the contract with its resolvers. */
import { readFile } from 'node:fs/promises';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { resolvers } from './resolvers.ts';

/** Reads the contract and binds it; every field of the resolvers has to be in the contract. */
export const loadSchema = async (): Promise<GraphQLSchema> => {
  const typeDefs = await readFile(new URL('schema.graphql', import.meta.url), 'utf8');
  return makeExecutableSchema({ typeDefs, resolvers, resolverValidationOptions: { requireResolversToMatchSchema: 'error' } });
};
