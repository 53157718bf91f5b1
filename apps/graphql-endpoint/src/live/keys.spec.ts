import { describe, expect, it } from 'vitest';
import { ibanOf } from '@bank/topology';
import { accountKey, keysOf, payloadsOf } from './keys.ts';

describe('the payloads of a ring', () => {
  it('hold every key once, none of them longer than PostgreSQL takes', () => {
    const keys = Array.from({ length: 2_000 }, (_, at) => accountKey(ibanOf(String(at).padStart(10, '0'))));
    const payloads = payloadsOf([...keys, ...keys]);
    expect(payloads.flatMap(keysOf)).toEqual(keys);
    expect(Math.max(...payloads.map(payload => payload.length))).toBeLessThan(8_000);
    expect(payloads).toHaveLength(7);
  });

  it('are a single one for a few keys', () => {
    const key = accountKey(ibanOf('0000000001'));
    expect(payloadsOf([key])).toEqual([key]);
  });
});
