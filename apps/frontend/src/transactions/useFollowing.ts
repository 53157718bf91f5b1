/** What happens to an account from now on: every transaction once, in order, those of one frame together. */
import type { Iban } from '@bank/topology';
import { onScopeDispose } from 'vue';
import type { Failure } from '../api/failure.ts';
import { useLiveConnection } from '../live/useLiveConnection.ts';
import { transactionsSubscription } from './documents.ts';
import { createFrameBatch } from './frameBatch.ts';
import { readTransaction, type Transaction } from './transaction.ts';

export type Following = {
  /** Follows an account, and no other any more, from after a cursor; from its first transaction without one. */
  readonly follow: (iban: Iban, after: string | undefined) => void;
  /** Hands on what has arrived, now. */
  readonly flush: () => void;
}

type Listeners = {
  /** Gets at least one, oldest first. */
  readonly onArrived: (transactions: readonly Transaction[]) => void;
  /** The bank will not serve this account: following has ended. */
  readonly onRefused: (failure: Failure) => void;
}

/** As many rows are shown as new in a second. */
const mostNewASecond = 5;

/** The cursor before an account's first transaction. */
const beginning = '';

/** Follows until the component that uses it is gone. */
export const useFollowing = ({ onArrived, onRefused }: Listeners): Following => {
  const live = useLiveConnection();
  const batch = createFrameBatch(onArrived);
  /** Moments of the last second at which one arrived. */
  let arrivalsMs: readonly number[] = [];
  let unfollow: (() => void) | undefined;
  let isDisposed = false;

  /** In a flood nobody sees which row is new, and so many animations at once would cost every frame. */
  const isShownAsNew = (nowMs: number): boolean => {
    arrivalsMs = [...arrivalsMs.filter(ms => nowMs - ms < 1_000), nowMs];
    return arrivalsMs.length <= mostNewASecond;
  };

  const stop = (): void => {
    unfollow?.();
    batch.stop();
  };
  onScopeDispose(() => {
    isDisposed = true;
    stop();
  });

  return {
    follow(iban, after = beginning) {
      stop();
      if (isDisposed) return;
      let newest = after;
      unfollow = live.follow({
        document: transactionsSubscription,
        variables: () => ({ iban, after: newest }),
        onData: ({ transactions: edge }) => {
          newest = edge.cursor;
          const nowMs = performance.now();
          batch.add({ ...readTransaction(edge), ...(isShownAsNew(nowMs) ? { arrivedAtMs: nowMs } : {}) });
        },
        onRefused,
      });
    },
    flush: batch.flush,
  };
};
