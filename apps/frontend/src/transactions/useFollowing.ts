/** What happens to an account from now on: every transaction once, in order, those of one frame together. */
import type { Iban } from '@bank/topology';
import { onScopeDispose, watch } from 'vue';
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

type Parts = {
  /** Whether the list is to stand still. Nothing is missed: it is followed again from where it stopped. */
  readonly isPaused: () => boolean;
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
export const useFollowing = ({ isPaused, onArrived, onRefused }: Parts): Following => {
  const live = useLiveConnection();
  const batch = createFrameBatch(onArrived);
  /** The account that is followed, and the newest that arrived of it. */
  let followed: { readonly iban: Iban; newest: string } | undefined;
  /** Moments of the last second at which one arrived. */
  let arrivalsMs: readonly number[] = [];
  let unfollow: (() => void) | undefined;
  let isDisposed = false;

  /** In a flood nobody sees which row is new, and so many animations at once would cost every frame. */
  const isShownAsNew = (nowMs: number): boolean => {
    arrivalsMs = [...arrivalsMs.filter(ms => nowMs - ms < 1_000), nowMs];
    return arrivalsMs.length <= mostNewASecond;
  };

  const start = (): void => {
    const account = followed;
    if (account === undefined || isPaused()) return;
    unfollow = live.follow({
      document: transactionsSubscription,
      variables: () => ({ iban: account.iban, after: account.newest }),
      onData: ({ transactions: edge }) => {
        account.newest = edge.cursor;
        const nowMs = performance.now();
        batch.add({ ...readTransaction(edge), ...(isShownAsNew(nowMs) ? { arrivedAtMs: nowMs } : {}) });
      },
      onRefused,
    });
  };

  watch(isPaused, paused => {
    if (paused) {
      unfollow?.();
      batch.flush();
    } else start();
  });
  onScopeDispose(() => {
    isDisposed = true;
    unfollow?.();
    batch.stop();
  });

  return {
    follow(iban, after = beginning) {
      if (isDisposed) return;
      unfollow?.();
      batch.stop();
      followed = { iban, newest: after };
      start();
    },
    flush: batch.flush,
  };
};
