/** What the bank tells of when it did what, in the headers of its feedback. */
import { commandHeaders } from '@bank/topology';
import type { Received } from '@bank/messaging';
import { readAll } from '../audit/read.ts';
import type { Bank } from '../bank/bank.ts';

/** Milliseconds since 1970, whole ones. */
export type Times = {
  /** The endpoint gave the command to its producer. */
  readonly commandMs: number;
  /** The handler settled it. */
  readonly settledMs: number;
  /** The handler, having committed it, gave the feedback to its producer. */
  readonly feedbackMs: number;
};

/** The times of all transfers that a bank ever answered, in the order in which they were sent. */
export const readTimes = async ({ connection }: Bank): Promise<readonly Times[]> => {
  const times: Times[] = [];
  await readAll(connection, ['money_transfer_feedback'], ({ raw: { headers, timestampMs } }) => {
    times.push({ commandMs: numberIn(headers, commandHeaders.timestamp), settledMs: numberIn(headers, commandHeaders.settledAt), feedbackMs: timestampMs });
  });
  return times.toSorted((one, other) => one.commandMs - other.commandMs);
};

type Headers = Received<'money_transfer_feedback'>['raw']['headers'];

const numberIn = (headers: Headers, name: string): number => {
  const text = headers[name]?.[0]?.toString() ?? '';
  if (!/^\d+$/.test(text)) throw new Error(`the header ${name} of a feedback is "${text}"`);
  return Number(text);
};
