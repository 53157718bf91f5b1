/** The filter of a list, kept in the address of its page: a reload or a link brings it back. */
import { shallowReadonly, shallowRef, watch, type Ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { filterOf, isSameFilter, withFilter, type TransactionFilter } from './filter.ts';

export type FilterQuery = {
  readonly filter: Readonly<Ref<TransactionFilter>>;
  readonly setFilter: (filter: TransactionFilter) => void;
}

/** @param isSearchable whether a text may be searched for; without, one in the address does nothing */
export const useFilterQuery = (isSearchable: boolean): FilterQuery => {
  const route = useRoute();
  const router = useRouter();
  const { path } = route;
  const filter = shallowRef(filterOf(route.query, isSearchable));

  const become = (next: TransactionFilter): void => {
    if (!isSameFilter(filter.value, next)) filter.value = next;
  };
  // On the way to another page the address is no longer this list's.
  watch(() => route.query, query => {
    if (route.path === path) become(filterOf(query, isSearchable));
  });

  return {
    filter: shallowReadonly(filter),
    setFilter(next) {
      become(next);
      void router.replace({ query: withFilter(route.query, next), hash: route.hash });
    },
  };
};
