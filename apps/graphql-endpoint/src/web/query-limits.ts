/** How much one operation may ask for: the same over HTTP and over WebSocket. */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type DocumentNode, type GraphQLSchema, type ParseOptions, type ValidationContext, type ValidationRule } from 'graphql';
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { badInput } from '../schema/errors.ts';

/** Our own operations have up to 200 tokens, the introspection of GraphiQL has 400. A deep document ends here, before it is walked. */
export const parseOptions: ParseOptions = { maxLexicalTokens: 2_000 };

/** Levels of fields, the leaves included; fragments add none. Introspection, which only development has, is not counted. */
const deepest = 12;

/** Aliases of an operation, those in fragments as often as they are spread. */
const mostAliases = 20;

/** A full page of 250 transactions with all their fields costs 3,500. */
const highestCost = 10_000;

/** The library throws what it finds; a rule is to report it. */
const reporting = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError): void =>
      context?.reportError(new GraphQLError(error.message.replace('Syntax Error: ', ''))),
  ],
};

/** What is asked of a document besides that it is valid. */
export const limitRules: readonly ValidationRule[] = [
  maxDepthRule({ n: deepest, flattenFragments: true, ...reporting }),
  maxAliasesRule({ n: mostAliases, ...reporting }),
];

/** A field costs 1, and what is beneath it as often as it may come: `first` times. */
const costOf: ComplexityEstimator = ({ args: { first }, childComplexity }) =>
  1 + childComplexity * (typeof first === 'number' ? Math.max(1, first) : 1);

type Operation = {
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
};

/** Why a valid operation with these variables is too much to ask, or its variables are not what they should be; undefined when nothing is wrong. */
export const objectionToCost = (
  schema: GraphQLSchema,
  query: DocumentNode,
  { operationName, variables }: Operation,
): GraphQLError | undefined => {
  try {
    const cost = getComplexity({
      schema,
      query,
      variables: { ...variables },
      ...(typeof operationName === 'string' && { operationName }),
      estimators: [costOf],
    });
    return cost > highestCost ? badInput(`the operation costs ${cost}, at most ${highestCost} may be: ask for fewer at once`) : undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return badInput(error.message);
    throw error;
  }
};
