/** All that a filter lets through, page by page from the bank, as a CSV file. */
import { useClientHandle } from '@urql/vue';
import { onScopeDispose, shallowReadonly, shallowRef, type Ref } from 'vue';
import { explain } from '../api/failure.ts';
import { saveCsv } from '../download/file.ts';
import { csvHead, csvLines } from './csv.ts';
import type { UseTransactions } from './useTransactions.ts';

export type DownloadState =
  | { readonly kind: 'idle' }
  /** So many rows are there. */
  | { readonly kind: 'reading'; readonly rows: number }
  /** `isCut` when there were more than a file may have. */
  | { readonly kind: 'done'; readonly rows: number; readonly isCut: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

export type UseDownload = {
  readonly state: Readonly<Ref<DownloadState>>;
  /** Reads everything and hands the browser a file; nothing while one is being read. */
  readonly download: () => Promise<void>;
  readonly cancel: () => void;
}

/** The most the bank gives at a time. */
const first = 250;
/** More makes a file that spreadsheets choke on, and keeps the bank busy. */
export const mostRows = 100_000;

/** @param account the filter is read once, when the download begins */
export const useDownload = ({ source, filter, iban }: Pick<UseTransactions, 'source' | 'filter' | 'iban'>): UseDownload => {
  const { client } = useClientHandle();
  const state = shallowRef<DownloadState>({ kind: 'idle' });
  let run = 0;

  const read = async (own: number): Promise<void> => {
    const wanted = filter.value;
    const parts = [csvHead];
    let rows = 0;
    let after: string | undefined;
    let hasMore = true;
    while (hasMore && rows < mostRows) {
      const answer = await source(client, { first, after, filter: wanted });
      if (own !== run) return;
      if (answer.kind === 'failed') {
        state.value = { kind: 'failed', reason: explain(answer.failure) };
        return;
      }
      const { transactions, hasOlder } = answer.data;
      parts.push(csvLines(transactions));
      rows += transactions.length;
      after = transactions.at(-1)?.cursor;
      hasMore = hasOlder && after !== undefined;
      state.value = { kind: 'reading', rows };
    }
    saveCsv(`transactions-${iban.value ?? 'account'}.csv`, parts);
    state.value = { kind: 'done', rows, isCut: hasMore };
  };

  const cancel = (): void => {
    run += 1;
    state.value = { kind: 'idle' };
  };
  onScopeDispose(cancel);

  return {
    state: shallowReadonly(state),
    async download() {
      if (state.value.kind === 'reading') return;
      state.value = { kind: 'reading', rows: 0 };
      run += 1;
      await read(run);
    },
    cancel,
  };
};
