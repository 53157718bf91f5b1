import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { oneOf, someOf, toggled } from './choices.ts';

export type UseChoices = {
  /** One of a list. */
  readonly one: <T extends string>(name: string, options: readonly { readonly id: T }[], usual: T) => ComputedRef<T>;
  /** Some of a list that may change. */
  readonly some: (name: string, offer: () => { readonly options: readonly string[]; readonly usual: readonly string[] }) => ComputedRef<readonly string[]>;
  readonly choose: (name: string, value: string) => void;
  readonly toggle: (name: string, id: string, choice: { readonly chosen: readonly string[]; readonly options: readonly string[] }) => void;
}

/** The choices of a page, kept in its address: going back leads to the page before, not through every choice. */
export const useChoices = (): UseChoices => {
  const route = useRoute();
  const router = useRouter();
  const choose = (name: string, value: string): void => {
    void router.replace({ query: { ...route.query, [name]: value } });
  };
  return {
    one: (name, options, usual) => computed(() => oneOf(route.query, name, { options: options.map(({ id }) => id), usual })),
    some: (name, offer) => computed(() => someOf(route.query, name, offer())),
    choose,
    toggle(name, id, { chosen, options }) {
      choose(name, toggled(chosen, id, options).join(','));
    },
  };
};
