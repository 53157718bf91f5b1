import { describe, expect, it } from 'vitest';
import { Places } from './places.ts';

describe('places', () => {
  it('are bounded for an address and in all, and can be taken again', () => {
    const places = new Places({ inAll: 3, ofOneAddress: 2 });
    expect([places.take('a'), places.take('a'), places.take('a')]).toEqual([undefined, undefined, 'full for this address']);
    expect([places.take('b'), places.take('c')]).toEqual([undefined, 'full']);
    places.giveBack('a');
    expect(places.take('c')).toBeUndefined();
    places.giveBack('b');
    expect(places.take('a')).toBeUndefined();
  });

  it('cannot be given back by who has none', () => {
    expect(() => new Places({ inAll: 1, ofOneAddress: 1 }).giveBack('a')).toThrow('no place was taken for a');
  });
});
