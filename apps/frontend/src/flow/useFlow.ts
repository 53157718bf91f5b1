/** The flow as it happens: what moves between the stations, and how much came to each. */
import { useDocumentVisibility, useTimeoutFn } from '@vueuse/core';
import { onScopeDispose, shallowReactive, shallowReadonly, shallowRef, watch, type Ref } from 'vue';
import { useLiveConnection } from '../live/useLiveConnection.ts';
import { flowSubscription, type FlowEvent } from './documents.ts';
import { Journeys, type Hop, type Station } from './journeys.ts';
import { Stopwatch, type Lap } from './stopwatch.ts';

/** A hop under way. */
export type Token = Hop & { readonly id: number };

/** What came to each station since the page was opened. */
export type Counts = Record<Exclude<Station, 'client' | 'feedback'> | 'confirmed' | 'refused', number>;

export type UseFlow = {
  readonly tokens: Readonly<Ref<readonly Token[]>>;
  readonly counts: Readonly<Counts>;
  /** The command that ended last. */
  readonly latest: Readonly<Ref<Lap | undefined>>;
  /** Nothing happened for a while. */
  readonly isQuiet: Readonly<Ref<boolean>>;
  /** To be called when a token is where it was to go. */
  readonly arrive: (token: Token) => void;
}

/** More are not drawn: what happens then is only counted. */
const mostTokens = 40;
const quietMs = 5_000;

const counterOf = ({ to, isRefused }: Hop): keyof Counts | undefined => {
  if (to === 'client') return undefined;
  if (to === 'feedback') return isRefused ? 'refused' : 'confirmed';
  return to;
};

/** @param isStill nothing is to move: events are counted at once */
export const useFlow = (isStill: Readonly<Ref<boolean>>): UseFlow => {
  const live = useLiveConnection();
  const visibility = useDocumentVisibility();
  const journeys = new Journeys();
  const stopwatch = new Stopwatch();
  const tokens = shallowRef<readonly Token[]>([]);
  const counts = shallowReactive<Counts>({ command: 0, handler: 0, confirmed: 0, refused: 0, balance: 0, watching: 0 });
  const latest = shallowRef<Lap>();
  const isQuiet = shallowRef(false);
  const { start: waitForQuiet } = useTimeoutFn(() => { isQuiet.value = true; }, quietMs);
  let lastId = 0;

  const land = (hop: Hop): void => {
    const counter = counterOf(hop);
    if (counter !== undefined) counts[counter] += 1;
    send(journeys.arrive(hop));
  };

  /** Nothing is drawn that nobody sees: a hidden tab piles nothing up. */
  function send(hops: readonly Hop[]): void {
    for (const hop of hops) {
      if (isStill.value || visibility.value === 'hidden' || tokens.value.length >= mostTokens) land(hop);
      else tokens.value = [...tokens.value, { ...hop, id: ++lastId }];
    }
  }

  const arrive = (token: Token): void => {
    if (!tokens.value.includes(token)) return;
    tokens.value = tokens.value.filter(other => other !== token);
    land(token);
  };

  const take = (event: FlowEvent): void => {
    isQuiet.value = false;
    waitForQuiet();
    latest.value = stopwatch.see(event) ?? latest.value;
    send(journeys.hear(event));
  };

  watch([isStill, visibility], () => {
    if (isStill.value || visibility.value === 'hidden') tokens.value.forEach(arrive);
  });
  // It is open to everybody: a refusal would be one of the whole bank, and the picture then says that nothing happens.
  onScopeDispose(live.follow({
    document: flowSubscription,
    variables: () => ({}),
    onData: ({ flow }) => { take(flow); },
    onRefused: () => { isQuiet.value = true; },
  }));

  return { tokens: shallowReadonly(tokens), counts, latest: shallowReadonly(latest), isQuiet: shallowReadonly(isQuiet), arrive };
};
