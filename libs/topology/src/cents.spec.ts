import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cents, formatCents, maxCents, minCents, parseCents } from './cents.ts';

describe('cents', () => {
  it('are read as the API spells them and written back the same', () => {
    fc.assert(fc.property(fc.bigInt(minCents, maxCents), amount => {
      expect(parseCents(String(amount))).toBe(amount);
    }));
  });

  it('are read exactly when they are whole, of 19 digits at most, and fit 64 bits', () => {
    const bounds = fc.constantFrom(minCents, maxCents, 10n ** 18n, 10n ** 19n, 0n);
    const near = fc.tuple(bounds, fc.bigInt(-3n, 3n)).map(([bound, by]) => String(bound + by));
    const texts = fc.oneof(fc.string({ unit: 'binary' }), near, fc.stringMatching(/^[-+ ]?\d{0,21}[.,e]?\d{0,2}\n?$/), fc.stringMatching(/^-?\p{Nd}{1,19}$/u));
    fc.assert(fc.property(texts, text => {
      const digits = text.startsWith('-') ? text.slice(1) : text;
      const isWhole = digits.length > 0 && digits.length < 20 && Array.from(digits).every(digit => '0123456789'.includes(digit));
      const amount = isWhole ? BigInt.asIntN(64, BigInt(text)) : undefined;
      expect(parseCents(text)).toBe(amount === undefined || amount !== BigInt(text) ? undefined : amount);
    }), { numRuns: 10_000 });
  });

  it('keep the last cent above 2^53', () => {
    expect(parseCents('100000000000000001')).toBe(10n ** 17n + 1n);
    expect(formatCents(10n ** 17n + 1n, 'en-GB')).toBe('€1,000,000,000,000,000.01');
  });

  it.each(['', '-', '+1', '1.0', '1e3', ' 1', '1\n', '0x1', '9223372036854775808', '-9223372036854775809', '12345678901234567890'])('are not %j', text => {
    expect(parseCents(text)).toBeUndefined();
  });

  it('fit 64 bits or are none', () => {
    expect(cents(maxCents)).toBe(2n ** 63n - 1n);
    expect(() => cents(maxCents + 1n)).toThrow('9223372036854775808 cents do not fit 64 bits');
  });

  it('are shown as euros in the form of the locale, small and negative ones too', () => {
    expect(formatCents(123456n, 'en-GB')).toBe('€1,234.56');
    expect(formatCents(-5n, 'en-GB')).toBe('-€0.05');
    expect(formatCents(0n, 'en-GB')).toBe('€0.00');
    expect(formatCents(-123456n, 'nl-NL')).toBe('€\u00a0-1.234,56');
  });
});
