import { createRequire } from 'node:module';
import { array, assert, constant, nat, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { groupByPartition, type Grouping } from './group-by-partition.ts';

type Message = { readonly partition: number };

const kafkajsGroup = createRequire(import.meta.url)('kafkajs/src/producer/groupMessagesPerPartition.js') as typeof groupByPartition<Message>;

it('groups messages as kafkajs does', () => {
  const grouping = record<Grouping<Message>>({
    topic: constant('a topic'),
    partitionMetadata: array(nat(), { maxLength: 2 }),
    messages: array(record({ partition: nat(12), offset: nat() })),
    partitioner: constant(({ message }) => message.partition),
  });
  assert(property(grouping, given => {
    expect(groupByPartition(given)).toEqual(kafkajsGroup(given));
  }));
});
