/** Sends what the ledger tells once more: for topics that lost messages, and for consumers that want them again. */
import type { Producer } from '@bank/messaging';
import type { MessageOfEntry, Page } from '../ledger/in-turn.ts';
import { messagesOf, type Published, type publishedTopics } from '../settlement/messages.ts';
import { Progress } from './progress.ts';

export type Republishing = {
  /** They may end before all are there, when somebody wants to stop. */
  readonly pages: AsyncIterable<Page>;
  readonly producer: Pick<Producer<(typeof publishedTopics)[number]>, 'send'>;
  /** Shows a line to who waits. */
  readonly tell: (line: string) => void;
};

/**
 * Sends the messages of all pages, each page once the one before it is acknowledged, and tells how far it is.
 *
 * @returns whether all were sent
 * @throws SendError when a page was not acknowledged; those before it were
 */
export const republish = async ({ pages, producer, tell }: Republishing): Promise<boolean> => {
  let progress: Progress | undefined;
  tell('sorting the ledger');
  try {
    for await (const { messages, total } of pages) {
      progress ??= new Progress(total);
      await producer.send(messages.map(messageOf));
      progress.add(messages);
      const line = progress.dueLine();
      if (line !== undefined) tell(line);
    }
  } finally {
    tell(progress?.lastLine() ?? 'sent nothing');
  }
  return progress?.isComplete ?? false;
};

/** The very message that settlement made of the entry. */
const messageOf = ({ entry, account }: MessageOfEntry): Published => {
  const message = messagesOf({ entry, as: 'redelivered' }).find(({ topic, key }) => (account === undefined ? topic !== 'balance_changed' : key === account));
  if (!message) throw new Error(`an entry of the ledger changed ${String(account)}, but no event tells of it`);
  return message;
};
