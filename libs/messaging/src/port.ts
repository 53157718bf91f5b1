/** What messaging needs of a Kafka client: small enough that another client is one more adapter. Topics bear their prefix here. */

export type TopicPartition = { readonly topic: string; readonly partition: number };
export type Position = TopicPartition & { readonly offset: bigint };
/** Headers of a message to be sent; a name may stand several times, and a value be null. */
export type Headers = Readonly<Record<string, string | readonly (Buffer | null)[]>>;

export type IncomingMessage = Position & {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As they came: a name may stand several times, and a value be null. */
  readonly headers: Readonly<Record<string, readonly (Buffer | null)[]>>;
  /** When the message was written, in milliseconds since 1970. */
  readonly timestampMs: number;
};

export type OutgoingMessage = TopicPartition & {
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
};

/** Idempotent, acknowledged by all in-sync replicas. */
export type ProducerPort = AsyncDisposable & {
  /** Sends in order; resolves when all are acknowledged. After a rejection the port is to be disposed and made anew. */
  readonly send: (messages: readonly OutgoingMessage[]) => Promise<void>;
};

export type ConsumerPort = AsyncDisposable & {
  /** Commits next offsets to read; false, to no effect, when the group is just handing out its partitions anew. */
  readonly commit: (next: readonly Position[]) => Promise<boolean>;
};

/** Where a consumer port delivers. */
export type ConsumerSink = {
  /** These partitions are held from now on. Of those that are kept, reading may start again at the committed offset. */
  readonly assigned: (partitions: readonly TopicPartition[]) => void;
  /** Messages of one partition, in order. */
  readonly deliver: (messages: readonly IncomingMessage[]) => void;
  /** Resolves when more can be delivered, or after `waitMs`: true when there is room. */
  readonly room: (waitMs: number) => Promise<boolean>;
  /** The group knows that this consumer lives. */
  readonly heard: () => void;
  /** Nothing is delivered until partitions are assigned again: the client lost the broker and tries to come back. */
  readonly interrupted: (error: Error) => void;
  /** The consumer is lost for good. */
  readonly failed: (error: Error) => void;
};

export type ConsumerOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group without committed offsets starts. */
  readonly from: 'beginning' | 'end';
  /** After how long without a sign of life the group gives this consumer's partitions to another. */
  readonly sessionTimeoutMs: number;
};

export type KafkaPort = {
  /** @param topics what it will send to */
  readonly connectProducer: (topics: readonly string[]) => Promise<ProducerPort>;
  readonly connectConsumer: (options: ConsumerOptions, sink: ConsumerSink) => Promise<ConsumerPort>;
};
