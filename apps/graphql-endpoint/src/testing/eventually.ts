/** For what a test can only ask about again and again: asks until it holds, without a time that has to be guessed. */
import { setTimeout as wait } from 'node:timers/promises';

const askEveryMs = 25;
/** Only what never holds takes so long, on however slow a machine. */
const withinMs = 60_000;

/**
 * Resolves with what `look` gives as soon as it `holds`.
 *
 * @throws Error with what was seen last, when it never does
 */
export const eventually = async <V>(look: () => Promise<V>, holds: (value: V) => boolean): Promise<V> => {
  const giveUp = AbortSignal.timeout(withinMs);
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (giveUp.aborted) throw new Error(`it never held; last seen: ${JSON.stringify(value)}`);
    await wait(askEveryMs);
  }
};
