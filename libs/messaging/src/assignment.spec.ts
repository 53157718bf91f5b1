import { describe, expect, it } from 'vitest';
import { Assignment } from './assignment.ts';
import type { IncomingMessage } from './port.ts';

const messages = (partition: number, from: number, to: number): readonly IncomingMessage[] =>
  Array.from({ length: to - from }, (_, at) => ({
    topic: 'heartbeat', partition, offset: BigInt(from + at), key: null, value: null, headers: {}, timestampMs: 0,
  }));
const offsets = (accepted: readonly IncomingMessage[]): readonly number[] => accepted.map(({ offset }) => Number(offset));
const held = (...partitions: number[]): { topic: string; partition: number }[] => partitions.map(partition => ({ topic: 'heartbeat', partition }));

describe('an assignment', () => {
  it('takes a partition from wherever it begins', () => {
    const assignment = new Assignment();
    assignment.replace(held(0));
    expect(offsets(assignment.accept(messages(0, 7, 9)))).toEqual([7, 8]);
    expect(offsets(assignment.accept(messages(0, 9, 10)))).toEqual([9]);
  });

  it('takes nothing twice of a partition that is kept, although the client reads it again', () => {
    const assignment = new Assignment();
    assignment.replace(held(0));
    assignment.accept(messages(0, 0, 5));
    assignment.replace(held(0, 1));
    expect(offsets(assignment.accept(messages(0, 2, 8)))).toEqual([5, 6, 7]);
    expect(offsets(assignment.accept(messages(0, 0, 3)))).toEqual([]);
    expect(offsets(assignment.accept(messages(0, 8, 9)))).toEqual([8]);
  });

  it('takes nothing of a partition that went to another, although a fetch was still under way', () => {
    const assignment = new Assignment();
    assignment.replace(held(0, 1));
    assignment.accept(messages(1, 0, 5));
    assignment.replace(held(0));
    expect(assignment.accept(messages(1, 5, 9))).toEqual([]);
    expect(assignment.has({ topic: 'heartbeat', partition: 1 })).toBe(false);
  });

  it('takes a partition that comes back from its committed offset again', () => {
    const assignment = new Assignment();
    assignment.replace(held(0));
    assignment.accept(messages(0, 0, 5));
    assignment.replace([]);
    assignment.replace(held(0));
    expect(offsets(assignment.accept(messages(0, 3, 5)))).toEqual([3, 4]);
  });
});
