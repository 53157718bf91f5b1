import { describe, expect, it } from 'vitest';
import { chunksOf, unseenCreationBeats } from './recall.ts';

describe('the beats whose accounts are asked for again', () => {
  it('are none when beats follow one another', () => {
    expect([...unseenCreationBeats(0, [0, 1, 2])]).toEqual([]);
    expect([...unseenCreationBeats(200, [200, 201])]).toEqual([]);
  });

  it('are all before the first beat that is seen after a start', () => {
    expect([...unseenCreationBeats(0, [401, 402])]).toEqual([...Array(20).keys(), 200, 400]);
  });

  it('are those that another instance saw meanwhile', () => {
    expect([...unseenCreationBeats(401, [900, 901])]).toEqual([600, 800]);
  });

  it('are none when the heartbeat service started anew and counts from 0 again', () => {
    expect([...unseenCreationBeats(500, [500, 0, 1, 2])]).toEqual([]);
  });

  it('are found between the beats of a batch as well, each once', () => {
    expect([...unseenCreationBeats(300, [300, 450, 0, 650])]).toEqual([400, 600]);
  });
});

describe('chunks', () => {
  it('hold all items in their order, so many at most', () => {
    expect([...chunksOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
    expect([...chunksOf([1, 2], 2)]).toEqual([[1, 2]]);
    expect([...chunksOf([], 2)]).toEqual([]);
  });
});
