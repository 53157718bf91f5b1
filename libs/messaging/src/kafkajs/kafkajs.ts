/**
 * kafkajs as the adapter uses it, with three of its inner functions replaced. Two give the same in a fraction of the time:
 * docs/explanation/performance.md has the figures. The third decodes headers that it fails on. kafkajs has had no release since 2023 and is
 * pinned, so that what is replaced cannot change unseen, and specs compare what each gives.
 */
import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { decodeRecord } from './decode-record.ts';
import { groupByPartition } from './group-by-partition.ts';
import { produceRequest } from './produce-request.ts';

const require = createRequire(import.meta.url);

/** Gives a module of kafkajs other contents, for those of its modules that are loaded from now on. */
const replace = <F>(path: string, contentsOf: (original: F) => F): void => {
  const original = require(path) as F;
  const module = require.cache[require.resolve(path)];
  if (!module) throw new Error(`${path} was not loaded as a module that can be replaced`);
  module.exports = contentsOf(original);
};

replace('kafkajs/src/protocol/requests/produce/v3/request.js', produceRequest);
replace('kafkajs/src/protocol/recordBatch/record/v0/decoder.js', () => decodeRecord);
replace('kafkajs/src/producer/groupMessagesPerPartition.js', () => groupByPartition);

export const { Kafka, logLevel, Partitioners } = require('kafkajs') as typeof Kafkajs;
