/** What is known of a part, for those who watch. */
import { z } from 'zod';
import { ProcessIdentity } from '../process/identity.ts';

export const PartStatus = z.object({
  name: z.string(),
  kind: z.enum(['step', 'task', 'service']),
  /** waiting: for the parts it needs. done: a step or task that has ended well. restarting: died, will be started again. */
  state: z.enum(['waiting', 'starting', 'ready', 'done', 'restarting', 'failed', 'stopping', 'stopped']),
  /** The process that runs now. */
  process: ProcessIdentity.optional(),
  /** What asks that process to stop. */
  stopSignal: z.string().optional(),
  /** Why it died the last time. */
  reason: z.string().optional(),
  /** How long the last start took until it was ready or done. */
  tookMs: z.number().optional(),
  /** How often it was started again. */
  restarts: z.int(),
  log: z.string(),
});
export type PartStatus = z.infer<typeof PartStatus>;
