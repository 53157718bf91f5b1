/** What headers of the bank's answers say. Anybody may write headers: what makes no sense there is as if it were not there. */
import type { RawMessage } from '@bank/messaging';
import type { RecordTopic } from '@bank/topology';

type Headed = Pick<RawMessage<RecordTopic>, 'headers'>;

/** A header that is a whole number of up to 18 digits. */
export const numberIn = ({ headers }: Headed, name: string): bigint | null => {
  const text = headers[name]?.[0]?.toString();
  return text !== undefined && /^\d{1,18}$/.test(text) ? BigInt(text) : null;
};

/** A header that is a time, in milliseconds since 1970. */
export const timeIn = (message: Headed, name: string): Date | null => {
  const milliseconds = numberIn(message, name);
  const time = milliseconds === null ? null : new Date(Number(milliseconds));
  return time !== null && isStorable(time) ? time : null;
};

/**
 * When a record was written to its topic. A producer may have made that up: a time that cannot be told becomes 1970, for the record counts
 * all the same.
 */
export const writtenAtOf = ({ timestampMs }: Pick<RawMessage<RecordTopic>, 'timestampMs'>): Date => {
  const time = new Date(timestampMs);
  return isStorable(time) ? time : new Date(0);
};

const earliest = Date.UTC(1970);
const latest = Date.UTC(10_000);

/** Whether a time is one that PostgreSQL and the API can both tell; NaN is none. */
export const isStorable = (time: Date): boolean => time.getTime() >= earliest && time.getTime() < latest;
