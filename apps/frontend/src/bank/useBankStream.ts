/** Every change of every account as it happens, drawn at most once per frame, and not at all while it is paused. */
import { onScopeDispose, shallowReadonly, shallowRef, watch, type Ref } from 'vue';
import type { Failure } from '../api/failure.ts';
import { useLiveConnection } from '../live/useLiveConnection.ts';
import { addToFeed, Gathering, readChange, type Burst, type Change } from './change.ts';
import { allTransactionsSubscription } from './documents.ts';

export type BankStream = {
  /** Newest first, the last hundred. */
  readonly feed: Readonly<Ref<readonly Change[]>>;
  /** What arrives still arrives, and is drawn when this ends. */
  readonly isPaused: Ref<boolean>;
  /** Calls back with what came since the last frame. */
  readonly onBurst: (listener: (burst: Burst) => void) => void;
  /** Calls back when the connection came back and what was missed cannot be asked for: nothing had ever arrived to resume from. */
  readonly onGap: (listener: () => void) => void;
}

/** Follows the whole bank until the component that uses it is gone. */
export const useBankStream = (onRefused: (failure: Failure) => void): BankStream => {
  const live = useLiveConnection();
  const feed = shallowRef<readonly Change[]>([]);
  const isPaused = shallowRef(false);
  const burstListeners = new Set<(burst: Burst) => void>();
  const gapListeners = new Set<() => void>();
  const gathering = new Gathering();
  let cursor: string | null = null;
  let frame: number | undefined;
  let wasLost = false;

  const draw = (): void => {
    frame = undefined;
    if (isPaused.value || gathering.isEmpty) return;
    const burst = gathering.take();
    feed.value = addToFeed(feed.value, burst);
    for (const listener of burstListeners) listener(burst);
  };

  /** A hidden page has no frames: what is gathered waits, and is bounded. */
  const schedule = (): void => {
    if (!isPaused.value) frame ??= requestAnimationFrame(draw);
  };

  const unfollow = live.follow({
    document: allTransactionsSubscription,
    variables: () => ({ after: cursor }),
    onData: ({ allTransactions: edge }) => {
      cursor = edge.cursor;
      gathering.add(readChange(edge));
      schedule();
    },
    onRefused,
  });

  watch(isPaused, schedule);
  watch(live.state, state => {
    if (state === 'open' && wasLost && cursor === null) for (const listener of gapListeners) listener();
    wasLost = state === 'lost' || (wasLost && state !== 'open');
  }, { flush: 'sync' });
  onScopeDispose(() => {
    unfollow();
    if (frame !== undefined) cancelAnimationFrame(frame);
  });

  return {
    feed: shallowReadonly(feed),
    isPaused,
    onBurst: listener => { burstListeners.add(listener); },
    onGap: listener => { gapListeners.add(listener); },
  };
};
