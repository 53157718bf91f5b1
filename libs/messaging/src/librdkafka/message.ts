/** Messages from and to librdkafka. */
import type { Headers, IncomingMessage } from '../port.ts';
import type { BindingHeaders, BindingMessage } from './binding.ts';

export const incoming = ({ topic, partition, offset, key, value, headers, timestamp }: BindingMessage): IncomingMessage =>
  ({ topic, partition, offset: BigInt(offset), key, value, headers: headersFrom(headers), timestampMs: timestamp });

/** The binding gives a header that is null as one without bytes, and one cannot be told from the other: nobody here sends the latter. */
const headersFrom = (headers: BindingMessage['headers'] = []): IncomingMessage['headers'] => {
  const all = Object.create(null) as Record<string, (Buffer | null)[]>;
  for (const header of headers) {
    for (const [name, value] of Object.entries(header)) (all[name] ??= []).push(value.length === 0 ? null : value);
  }
  return all;
};

/** The binding takes no null, but a Buffer that has no memory for one. */
const nothing = Buffer.alloc(0);

export const headersTo = (headers: Headers): BindingHeaders =>
  Object.entries(headers).flatMap(([name, content]) =>
    typeof content === 'string' ? [{ [name]: content }] : content.map(value => ({ [name]: value === null ? nothing : value.length === 0 ? '' : value })));
