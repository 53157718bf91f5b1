/** What a visitor chose, as it stands in the address, so that a view can be shared and kept. */
import type { LocationQuery, LocationQueryValue } from 'vue-router';

type Value = LocationQueryValue | LocationQueryValue[] | undefined;

const first = (value: Value): string | undefined => (Array.isArray(value) ? value[0] : value) ?? undefined;

/** One of a list, else the usual one. */
export const oneOf = <T extends string>(query: LocationQuery, name: string, { options, usual }: { readonly options: readonly T[]; readonly usual: T }): T =>
  options.find(option => option === first(query[name])) ?? usual;

/**
 * Some of a list, between commas; the usual ones when the address does not say. Empty is a choice too: none.
 * What the list does not have is left out.
 */
export const someOf = (query: LocationQuery, name: string, { options, usual }: { readonly options: readonly string[]; readonly usual: readonly string[] }): readonly string[] => {
  const text = first(query[name]);
  if (text === undefined) return usual;
  const chosen = text.split(',');
  return options.filter(option => chosen.includes(option));
};

/** Puts one in or takes it out, in the order of the options. */
export const toggled = (chosen: readonly string[], id: string, options: readonly string[]): readonly string[] =>
  options.filter(option => (option === id) !== chosen.includes(option));
