/**
 * The steps of a batch on its way, told on diagnostics channels: to tests that kill the handler at one of them, to a profiler, to
 * nobody in production, where they cost nothing. Each tells `{ messages }`: how many it is about.
 */
import { channel } from 'node:diagnostics_channel';

export const steps = {
  /** Taken from the queue and decoded; nothing was asked of the database yet. */
  decoded: channel('command-handler:decoded'),
  /** The accounts are locked and every command is decided; nothing was written yet. */
  locked: channel('command-handler:locked'),
  /** The database has committed; nothing was published yet. */
  committed: channel('command-handler:committed'),
  /** Feedback and events are on their way to the broker, which has not acknowledged them yet. */
  publishing: channel('command-handler:publishing'),
  /** The broker has acknowledged them; the offsets are not committed yet. */
  published: channel('command-handler:published'),
  /** The offsets are about to be committed. */
  committingOffsets: channel('command-handler:committing-offsets'),
  /** The group knows the offsets. */
  offsetsCommitted: channel('command-handler:offsets-committed'),
} as const;
