import { describe, expect, it } from 'vitest';
import { minInsyncReplicasOf, remarkOn, replicasOn } from './replication.ts';

describe('the replication of a topic', () => {
  it('is three as soon as there are brokers for it', () => {
    expect([1, 2, 3, 4].map(replicasOn)).toEqual([1, 1, 3, 3]);
  });

  it('lets one replica be away, and never asks for more than there are', () => {
    expect([1, 2, 3, 4].map(minInsyncReplicasOf)).toEqual([1, 1, 2, 2]);
  });

  it('is remarked upon when there are brokers for more', () => {
    expect(remarkOn(1, 3)).toBe('replication 1, could be 3');
  });

  it('needs no remark when it is as it can be, nor while a broker is down', () => {
    expect([remarkOn(1, 1), remarkOn(3, 3), remarkOn(3, 2)]).toEqual([undefined, undefined, undefined]);
  });
});
