import { describe, expect, it } from 'vitest';
import { beforeAll, cursorOf, parseCursor } from './cursor.ts';

describe('a cursor', () => {
  it('names the place it was made of', () => {
    for (const ordinal of [1n, 2n ** 53n + 1n, 10n ** 18n - 1n]) expect(parseCursor(cursorOf(ordinal))).toBe(ordinal);
  });

  it('is text that a URL and JSON take as it is', () => {
    expect(cursorOf(1234567890n)).toMatch(/^[\w-]+$/);
  });

  it('may be empty: the place before all', () => {
    expect(parseCursor('')).toBe(beforeAll);
  });

  it.each(['12', 'NQ==', '%%%', Buffer.from('-1').toString('base64url'), Buffer.from('1 or 1=1').toString('base64url'), 'x'.repeat(1_000)])(
    'is none when it was not given by us: %s',
    cursor => {
      expect(parseCursor(cursor)).toBeUndefined();
    },
  );
});
