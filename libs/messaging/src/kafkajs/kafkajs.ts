/**
 * kafkajs as the adapter uses it: with three inner functions of its producer replaced by ones that give the same in a fraction of the
 * time; docs/explanation/performance.md has the figures. kafkajs has had no release since 2023 and is pinned, so that what is replaced
 * cannot change unseen, and a spec compares both.
 */
import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { groupByPartition } from './group-by-partition.ts';
import { encodeRecordBatch } from './record-batch.ts';
import { recordEncoder } from './record.ts';

const require = createRequire(import.meta.url);

/** Gives a module of kafkajs other contents, for those of its modules that are loaded from now on. */
const replace = (path: string, contentsOf: (original: object) => unknown): void => {
  const original = require(path) as object;
  const module = require.cache[require.resolve(path)];
  if (module) module.exports = contentsOf(original);
};

replace('kafkajs/src/protocol/recordBatch/record/v0/index.js', recordEncoder);
replace('kafkajs/src/protocol/recordBatch/v0/index.js', original => ({ ...original, RecordBatch: encodeRecordBatch }));
replace('kafkajs/src/producer/groupMessagesPerPartition.js', () => groupByPartition);

export const { Kafka, logLevel, Partitioners } = require('kafkajs') as typeof Kafkajs;
