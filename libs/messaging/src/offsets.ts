/** Offsets as they are committed and kept: the next to read, not the last that was read. */
import type { Position } from './port.ts';

type Message = { readonly raw: Position };

/** Of each partition the message that stands last: who keeps these can let go of all others. */
export const lastOfEachPartition = <M extends Message>(messages: readonly M[]): readonly M[] => {
  const last = new Map<string, Map<number, M>>();
  for (const message of messages) {
    const { topic, partition, offset } = message.raw;
    const ofTopic = last.get(topic) ?? new Map<number, M>();
    last.set(topic, ofTopic);
    const known = ofTopic.get(partition);
    if (!known || known.raw.offset < offset) ofTopic.set(partition, message);
  }
  return [...last.values()].flatMap(ofTopic => [...ofTopic.values()]);
};

/** The next offset to read of each partition in which something was done. */
export const nextOffsets = (done: readonly Message[]): readonly Position[] =>
  lastOfEachPartition(done).map(({ raw: { topic, partition, offset } }) => ({ topic, partition, offset: offset + 1n }));
