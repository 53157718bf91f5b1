import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, commandIdOf, parseCommandId } from './command-id.ts';

describe('a command id', () => {
  it('is the same as text and as bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
      expect(bytesOf(commandIdOf(bytes))).toEqual(bytes);
    }));
  });

  it('is read in any case and kept in lower case, so that it is one key', () => {
    expect(parseCommandId('0193B6A2-0000-7000-8000-00000000ABCD')).toBe('0193b6a2-0000-7000-8000-00000000abcd');
  });

  it.each(['', '0193b6a2', '0193b6a200007000800000000000abcd', '0193b6a2-0000-7000-8000-00000000abcg', '{0193b6a2-0000-7000-8000-00000000abcd}'])('is not %j', text => {
    expect(parseCommandId(text)).toBeUndefined();
  });

  it('is whatever its own bytes are written as, and nothing that is near to one', () => {
    const near = fc.tuple(fc.uuid(), fc.boolean(), fc.nat(36), fc.constantFrom(0, 1), fc.oneof(fc.constantFrom('0', 'f', 'A', 'g', '-', ''), fc.string({ unit: 'binary', maxLength: 2 })))
      .map(([id, isUpper, at, lost, put]) => `${(isUpper ? id.toUpperCase() : id).slice(0, at)}${put}${id.slice(at + lost)}`);
    fc.assert(fc.property(fc.oneof(near, fc.string({ unit: 'binary' }), fc.stringMatching(/^[\da-fA-F-]{35,37}$/)), text => {
      const id = parseCommandId(text);
      if (id === undefined) expect(text).not.toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i);
      else expect([commandIdOf(bytesOf(id)), id.length]).toEqual([text.toLowerCase(), text.length]);
    }), { numRuns: 10_000 });
  });

  it('is 16 bytes in a record', () => {
    expect(() => commandIdOf(new Uint8Array(15))).toThrow('a command id is 16 bytes, not 15');
  });
});
