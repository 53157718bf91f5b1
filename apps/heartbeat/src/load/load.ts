/** How many heartbeats are asked for: a batch of them every interval. */
import { z } from 'zod';

const batchRange = 'a whole number from 0 to 100000';
const intervalRange = 'a whole number of milliseconds from 10 to 60000';

/** Heartbeats in one beat of the clock; none is a pause. */
const batch = z.int(batchRange).min(0, batchRange).max(100_000, batchRange);

/** Milliseconds from one beat of the clock to the next. */
const intervalMs = z.int(intervalRange).min(10, intervalRange).max(60_000, intervalRange);

/** The load to start with, as the environment gives it: one heartbeat a second when it is silent. */
export const loadVariables = {
  HEARTBEAT_BATCH: z.coerce.number(batchRange).pipe(batch).default(1),
  HEARTBEAT_INTERVAL_MS: z.coerce.number(intervalRange).pipe(intervalMs).default(1_000),
};

export type Load = { readonly batch: number; readonly intervalMs: number };

const loadChange = z.strictObject({ batch: batch.optional(), intervalMs: intervalMs.optional() }, {
  error: issue => (issue.code === 'unrecognized_keys' ? `there is no ${issue.keys.join(', ')}, only batch and intervalMs` : undefined),
});

/**
 * The load that a request asks for: what it does not name stays as it is.
 *
 * @param body what was sent, of any shape
 * @returns the new load, or a sentence for each thing that is wrong with the body
 */
export const changedLoad = (load: Load, body: unknown): Load | { readonly errors: readonly string[] } => {
  const parsed = loadChange.safeParse(body);
  if (parsed.success) return { batch: parsed.data.batch ?? load.batch, intervalMs: parsed.data.intervalMs ?? load.intervalMs };
  return {
    errors: parsed.error.issues.map(({ code, path: [field], message }) => {
      if (field !== undefined) return `${String(field)} should be ${message}`;
      return code === 'unrecognized_keys' ? message : 'the body should be a JSON object, such as {"batch": 10, "intervalMs": 100}';
    }),
  };
};

/** Heartbeats a second. */
export const rateOf = ({ batch, intervalMs }: Load): number => (batch * 1_000) / intervalMs;
