/** How many heartbeats are asked for: a batch of them every interval. */
import { z } from 'zod';
import { wholeNumber } from '@bank/service';
import { parseBody, unknownFields, type Refused } from './body.ts';

const batchRange = 'a whole number from 0 to 100000';
const intervalRange = 'a whole number of milliseconds from 10 to 60000';

/** Heartbeats in one beat of the clock; none is a pause. */
const batch = z.int(batchRange).min(0, batchRange).max(100_000, batchRange);

/** Milliseconds from one beat of the clock to the next. */
const intervalMs = z.int(intervalRange).min(10, intervalRange).max(60_000, intervalRange);

/** The load to start with, as the environment gives it: one heartbeat a second when it is silent. */
export const loadVariables = {
  HEARTBEAT_BATCH: wholeNumber(batchRange, { min: 0, max: 100_000 }).default(1),
  HEARTBEAT_INTERVAL_MS: wholeNumber(intervalRange, { min: 10, max: 60_000 }).default(1_000),
};

export type Load = { readonly batch: number; readonly intervalMs: number };

const LoadChange = z
  .strictObject(
    { batch: batch.optional(), intervalMs: intervalMs.optional() },
    unknownFields('only batch and intervalMs, or steps and seconds'),
  )
  .refine(change => Object.keys(change).length > 0, { when: ({ issues }) => issues.length === 0 });

/**
 * The load that a request asks for: what it does not name stays as it is.
 *
 * @param body what was sent, of any shape
 * @returns the new load, or what is wrong with the body
 */
export const changedLoad = (load: Load, body: unknown): Load | Refused => {
  const change = parseBody(LoadChange, body);
  if ('errors' in change) return change;
  return { batch: change.batch ?? load.batch, intervalMs: change.intervalMs ?? load.intervalMs };
};

/** Heartbeats a second. */
export const rateOf = ({ batch, intervalMs }: Load): number => (batch * 1_000) / intervalMs;
