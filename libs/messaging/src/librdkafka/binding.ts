/** What the adapter uses of @confluentinc/kafka-javascript, a package that is there only where scripts/build-librdkafka.sh has built it: with it would come its types. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Given to callbacks; codes below −1 are librdkafka's own, the others those of Kafka's protocol. */
export type BindingError = Error & { readonly code: number };

/** As librdkafka names a partition; an offset is the next to read. */
export type BindingPosition = { readonly topic: string; readonly partition: number; readonly offset?: number };

/** Each header is an object of one name. */
export type BindingHeaders = readonly Readonly<Record<string, Buffer | string>>[];

export type BindingMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly Readonly<Record<string, Buffer>>[];
  readonly timestamp: number;
};

type Maybe = BindingError | null | undefined;

/** Settings by librdkafka's names. */
export type Settings = Readonly<Record<`${string}.${string}`, string | number | boolean>>;

type Client = {
  readonly connect: (options: { readonly timeout: number }, done: (error: Maybe, metadata: { readonly topics: readonly { readonly name: string }[] }) => void) => void;
  /** What goes on inside, as librdkafka tries to mend it; the code of such an error is lost. */
  readonly on: ((event: 'event.error', listener: (error: Error) => void) => void) & ((event: 'event.stats', listener: (stats: { readonly message: string }) => void) => void);
};

export type BindingProducer = Client & {
  readonly setPollInBackground: (isSet: boolean) => void;
  readonly produce: (topic: string, partition: number, value: Buffer | null, key: string | Buffer | null, timestamp: undefined, opaque: undefined, headers: BindingHeaders) => void;
  /** Waits so many milliseconds for what is not sent. */
  readonly disconnect: (flushMs: number, done: () => void) => void;
};

export type BindingConsumer = Client & {
  readonly subscribe: (topics: readonly string[]) => void;
  readonly assign: (partitions: readonly BindingPosition[]) => void;
  readonly unassign: () => void;
  readonly pause: (partitions: readonly BindingPosition[]) => void;
  readonly resume: (partitions: readonly BindingPosition[]) => void;
  /** Answers by `offset_commit_cb`. */
  readonly commit: (next: readonly BindingPosition[]) => void;
  readonly setDefaultConsumeTimeout: (timeoutMs: number) => void;
  readonly consume: (max: number, done: (error: Maybe, messages: readonly BindingMessage[]) => void) => void;
  readonly disconnect: (done: () => void) => void;
};

type Binding = {
  readonly Producer: new (settings: Settings & { readonly dr_cb: (error: Maybe) => void }) => BindingProducer;
  readonly KafkaConsumer: new (settings: Settings & {
    readonly rebalance_cb: (event: BindingError, partitions: readonly BindingPosition[]) => void;
    readonly offset_commit_cb: (error: Maybe) => void;
    /** Not in its documentation: its imitation of kafkajs waits by it too. */
    readonly queue_non_empty_cb: () => void;
  }) => BindingConsumer;
  readonly CODES: { readonly ERRORS: Readonly<Record<string, number>> };
};

/** Whether librdkafka is built here. */
export const isBuilt = (): boolean => {
  try {
    require.resolve('@confluentinc/kafka-javascript/build/Release/confluent-kafka-javascript.node');
    return true;
  } catch {
    return false;
  }
};

/** @throws Error when it is not built, or for another version of Node */
export const loadBinding = (): Binding => require('@confluentinc/kafka-javascript') as Binding;
