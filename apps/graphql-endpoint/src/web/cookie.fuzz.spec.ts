import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimedSession } from './cookie.ts';

const claimed = (cookie: string | undefined): string | undefined => claimedSession({ headers: cookie === undefined ? {} : { cookie } });
const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex');

const ids = fc.stringMatching(/^[\w-]{43}$/);
/** No part of a header that could be read as a session by itself. */
const noise = fc.string({ unit: 'binary', maxLength: 20 }).filter(text => !text.includes('session'));
const parts = fc.oneof(
  ids.map(id => `session=${id}`),
  fc.tuple(ids, fc.constantFrom('=', '"', ' x', '\t', '\r\n', '\0', ',', '%3D', 'é', '\\', 'A')).map(([id, end]) => `session=${id}${end}`),
  fc.tuple(ids, fc.constantFrom('Session', 'sessions', 'session ', '__Host-session', '"session"', 'session\0', '=session')).map(([id, key]) => `${key}=${id}`),
  noise, noise.map(text => `session=${text}`), fc.constant('session'), fc.constant('x'.repeat(20_000)),
);

it('any cookies claim the session of an id that stands there whole, or none', () => {
  fc.assert(fc.property(fc.array(parts, { maxLength: 4 }).map(all => all.join('; ')), cookie => {
    const whole = cookie.split(';').map(pair => pair.trim()).filter(pair => /^session=[\w-]{43}$/.test(pair));
    expect(claimed(cookie)).toBe(whole[0] === undefined ? undefined : hashOf(whole[0].slice('session='.length)));
  }), { numRuns: 10_000 });
});

it('an id is found among any other cookies', () => {
  fc.assert(fc.property(ids, fc.array(noise, { maxLength: 3 }), fc.array(noise, { maxLength: 3 }), (id, before, after) => {
    expect(claimed([...before, `session=${id}`, ...after].join(';'))).toBe(hashOf(id));
  }), { numRuns: 10_000 });
});

it('an id with something behind it is none', () => {
  const id = randomBytes(32).toString('base64url');
  expect(claimed(`session=${id}`)).toBe(hashOf(id));
  expect(claimed(`session=${id}=`)).toBeUndefined();
  expect(claimed(`session=${id}=${id}`)).toBeUndefined();
  expect(claimed(undefined)).toBeUndefined();
});
