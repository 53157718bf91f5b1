/** The scalars of the contract. */
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { z } from 'zod';
import { isOwnIban, parseCents, type Cents, type Iban } from '@bank/topology';
import { badInput } from './errors.ts';

type TextForm<Internal> = { readonly parse: (text: string) => Internal; readonly serialize: (value: unknown) => string };

/** Makes a scalar that is text at the API. */
const textScalar = <Internal>(name: string, { parse, serialize }: TextForm<Internal>): GraphQLScalarType<Internal, string> => {
  const parseValue = (value: unknown): Internal => {
    if (typeof value !== 'string') throw badInput(`${name} is text`);
    return parse(value);
  };
  return new GraphQLScalarType<Internal, string>({
    name,
    serialize,
    parseValue,
    parseLiteral: (node: ValueNode) => parseValue(node.kind === Kind.STRING ? node.value : undefined),
  });
};

const textOf = (value: unknown): string => {
  if (typeof value !== 'string') throw new TypeError(`an IBAN is text, not ${typeof value}`);
  return value;
};

const centsText = (value: unknown): string => {
  if (typeof value !== 'bigint') throw new TypeError(`cents are a bigint, not ${typeof value}`);
  return String(value);
};

const momentText = (value: unknown): string => {
  if (!(value instanceof Date)) throw new TypeError(`a moment is a Date, not ${typeof value}`);
  return value.toISOString();
};

const parseIban = (text: string): Iban => {
  if (!isOwnIban(text)) throw badInput('an IBAN of this bank is like NL66OPEN0000000000, with the right check digits');
  return text;
};

const centsOf = (text: string): Cents => {
  const amount = parseCents(text);
  if (amount === undefined) throw badInput('cents are whole, as text of at most 19 digits that fits 64 bits');
  return amount;
};

const Moment = z.iso.datetime({ offset: true });

const momentOf = (text: string): Date => {
  const moment = new Date(text);
  // Date itself takes "1" for a moment, and makes the 2nd of March of the 30th of February.
  if (!Moment.safeParse(text).success || Number.isNaN(moment.getTime())) throw badInput('a moment is ISO 8601, like 2025-01-31T12:00:00.000Z');
  return moment;
};

export const scalars = {
  /** Masked ones leave as they are; what comes in has to be one of this bank's. */
  Iban: textScalar('Iban', { parse: parseIban, serialize: textOf }),
  Cents: textScalar('Cents', { parse: centsOf, serialize: centsText }),
  DateTime: textScalar('DateTime', { parse: momentOf, serialize: momentText }),
};
