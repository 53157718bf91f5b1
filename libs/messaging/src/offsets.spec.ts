import { expect, it } from 'vitest';
import { lastOfEachPartition, nextOffsets } from './offsets.ts';

const at = (topic: string, partition: number, offset: bigint) => ({ raw: { topic, partition, offset } });

it('the next offsets are those behind the last message of each partition, whatever the order', () => {
  const done = [at('a', 1, 7n), at('b', 1, 3n), at('a', 1, 9n), at('a', 0, 2n), at('a', 1, 8n)];
  expect(lastOfEachPartition(done)).toEqual([at('a', 1, 9n), at('a', 0, 2n), at('b', 1, 3n)]);
  expect(nextOffsets(done)).toEqual([
    { topic: 'a', partition: 1, offset: 10n }, { topic: 'a', partition: 0, offset: 3n }, { topic: 'b', partition: 1, offset: 4n },
  ]);
  expect(nextOffsets([])).toEqual([]);
});
