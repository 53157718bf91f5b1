/** The list of all accounts: searched, sorted, page by page, and with the balances of now. */
import { useClientHandle } from '@urql/vue';
import { refDebounced } from '@vueuse/core';
import type { Iban } from '@bank/topology';
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { explain, type Failure } from '../api/failure.ts';
import type { VariablesOf } from '../api/graphql.ts';
import { ask, type Answer } from '../api/request.ts';
import type { Change } from './change.ts';
import { accountsQuery } from './documents.ts';
import { addPage, applyChanges, readAccountsPage, searchOf, type AccountRow, type AccountsPage } from './rows.ts';
import type { BankStream } from './useBankStream.ts';

export type AccountSort = VariablesOf<typeof accountsQuery>['sort'];

export type AccountList = {
  readonly rows: Readonly<Ref<readonly AccountRow[]>>;
  /** As typed. */
  readonly search: Ref<string>;
  readonly sort: Ref<AccountSort>;
  readonly hasMore: ComputedRef<boolean>;
  /** The first page has never arrived. */
  readonly isEmpty: ComputedRef<boolean>;
  readonly isLoading: Readonly<Ref<boolean>>;
  /** Why the last page did not arrive; undefined when it did. */
  readonly problem: Readonly<Ref<string | undefined>>;
  /** Whether rows have changed by which the list is sorted: they keep their places, for a list that moves cannot be read. */
  readonly isStale: ComputedRef<boolean>;
  readonly reload: () => Promise<void>;
  readonly loadMore: () => Promise<void>;
}

const pageSize = 50;
/** Nobody types faster than this for long. */
const typingMs = 250;

type Parts = {
  readonly stream: BankStream;
  readonly onUnauthenticated: () => void;
}

/** Reads the list, and follows it until the component that uses it is gone. */
export const useAccounts = ({ stream, onUnauthenticated }: Parts): AccountList => {
  const { client } = useClientHandle();
  const search = shallowRef('');
  const wanted = refDebounced(computed(() => searchOf(search.value)), typingMs);
  const sort = shallowRef<AccountSort>('IBAN');
  const rows = shallowRef<readonly AccountRow[]>([]);
  const next = shallowRef<string | null>(null);
  const hasArrived = shallowRef(false);
  const isLoading = shallowRef(false);
  const problem = shallowRef<string>();
  /** What arrives while a page is read may be newer than the page. */
  let meanwhile = new Map<Iban, Change>();
  let request = 0;

  const fail = (failure: Failure): void => {
    if (failure === 'unauthenticated') onUnauthenticated();
    problem.value = explain(failure);
  };

  const readPage = async (after: string | null): Promise<Answer<AccountsPage>> => {
    const answer = await ask(client, accountsQuery, { search: wanted.value, sort: sort.value, first: pageSize, after });
    return answer.kind === 'failed' ? answer : { kind: 'answered', data: readAccountsPage(answer.data.accounts) };
  };

  const load = async (after: string | null): Promise<void> => {
    const number = ++request;
    isLoading.value = true;
    problem.value = undefined;
    meanwhile = new Map();
    const answer = await readPage(after);
    // Something else has been asked for since then.
    if (number !== request) return;
    isLoading.value = false;
    if (answer.kind === 'failed') {
      fail(answer.failure);
      return;
    }
    rows.value = applyChanges(addPage(after === null ? [] : rows.value, answer.data), meanwhile);
    next.value = answer.data.next;
    hasArrived.value = true;
  };

  const reload = (): Promise<void> => load(null);

  stream.onBurst(({ latest }) => {
    if (isLoading.value) for (const [iban, change] of latest) meanwhile.set(iban, change);
    rows.value = applyChanges(rows.value, latest);
  });
  stream.onGap(() => { void reload(); });
  watch([wanted, sort], reload);
  onScopeDispose(() => { request++; });
  void reload();

  return {
    rows: shallowReadonly(rows),
    search,
    sort,
    hasMore: computed(() => next.value !== null),
    isEmpty: computed(() => !hasArrived.value),
    isLoading: shallowReadonly(isLoading),
    problem: shallowReadonly(problem),
    isStale: computed(() => sort.value !== 'IBAN' && rows.value.some(({ liveChanges }) => liveChanges > 0)),
    reload,
    loadMore: async () => {
      if (!isLoading.value && next.value !== null) await load(next.value);
    },
  };
};
