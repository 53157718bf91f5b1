/** Makes kafkajs encode records by our function; docs/explanation/performance.md has the figures. */
import { createRequire } from 'node:module';
import { encodeRecord } from './encode-record.ts';

const require = createRequire(import.meta.url);

/**
 * Replaces the function by which kafkajs encodes a record. It loads it with its first send, so this comes before. kafkajs has had no
 * release since 2023 and is pinned: what is replaced cannot change unseen, and a spec compares both.
 */
export const replaceRecordEncoding = (): void => {
  const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
  require(path);
  const module = require.cache[path];
  if (!module) throw new Error('kafkajs was loaded by other means than require');
  module.exports = encodeRecord;
};
