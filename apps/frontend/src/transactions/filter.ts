/** Which transactions are wanted: the bank applies this to pages, the browser with the same rule to what arrives live. Pure. */
import { parseCents, type Cents } from '@bank/topology';
import type { LocationQuery } from 'vue-router';
import type { Transaction } from './transaction.ts';

export const directions = ['ALL', 'IN', 'OUT'] as const;
export type Direction = (typeof directions)[number];

export type TransactionFilter = {
  readonly direction: Direction;
  /** In or out; undefined for any. */
  readonly minAmount: Cents | undefined;
  /** A part of the other party or of the description, in any case; empty for any. */
  readonly search: string;
}

/** Wants them all. */
export const noFilter: TransactionFilter = { direction: 'ALL', minAmount: undefined, search: '' };

export const isSameFilter = (one: TransactionFilter, other: TransactionFilter): boolean =>
  one.direction === other.direction && one.minAmount === other.minAmount && one.search === other.search;

export const isFiltering = (filter: TransactionFilter): boolean => !isSameFilter(filter, noFilter);

const holds = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** Whether the filter lets a transaction through. */
export const matches = ({ direction, minAmount, search }: TransactionFilter, { changedBy, fromTo, description }: Transaction): boolean => {
  const change: bigint = changedBy;
  return (
    (direction === 'ALL' || (direction === 'IN') === changedBy > 0n)
    && (minAmount === undefined || (change < 0n ? -change : change) >= minAmount)
    && (search === '' || holds(fromTo, search) || holds(description, search))
  );
};

/** The names that a filter has in the address of a page. */
const names = ['direction', 'min', 'search'] as const;

const textIn = (query: LocationQuery, name: (typeof names)[number]): string => {
  const value = query[name];
  return typeof value === 'string' ? value : '';
};

/** The filter that an address asks for. What cannot be understood is left out. */
export const filterOf = (query: LocationQuery, isSearchable: boolean): TransactionFilter => {
  const minAmount = parseCents(textIn(query, 'min'));
  return {
    direction: directions.find(direction => direction === textIn(query, 'direction').toUpperCase()) ?? 'ALL',
    minAmount: minAmount !== undefined && minAmount > 0n ? minAmount : undefined,
    search: isSearchable ? textIn(query, 'search') : '',
  };
};

/** The address of a page with this filter: whatever else it holds stays. */
export const withFilter = (query: LocationQuery, { direction, minAmount, search }: TransactionFilter): LocationQuery => {
  const others = Object.entries(query).filter(([name]) => !names.some(own => own === name));
  return {
    ...Object.fromEntries(others),
    ...(direction === 'ALL' ? {} : { direction: direction.toLowerCase() }),
    ...(minAmount === undefined ? {} : { min: minAmount.toString() }),
    ...(search === '' ? {} : { search }),
  };
};
