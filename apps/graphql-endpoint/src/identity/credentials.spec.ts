import { describe, expect, it } from 'vitest';
import { objectionTo } from './credentials.ts';

const credentials = { username: 'a'.repeat(8), password: 'b'.repeat(8) };

describe('the form of credentials', () => {
  it('is right from 8 to 64 and from 8 to 128 characters', () => {
    expect(objectionTo(credentials)).toBeUndefined();
    expect(objectionTo({ username: 'a'.repeat(64), password: 'b'.repeat(128) })).toBeUndefined();
  });

  it('counts characters, not their halves', () => {
    expect(objectionTo({ ...credentials, username: '🙂'.repeat(64) })).toBeUndefined();
    expect(objectionTo({ ...credentials, username: '🙂'.repeat(7) })).toContain('a username has 8 to 64');
  });

  it.each(['a'.repeat(7), 'a'.repeat(65), 'with a NUL\0', 'with a line\n', 'with a half\ud800'])('is wrong for %j', text => {
    expect(objectionTo({ ...credentials, username: text })).toContain('a username has 8 to 64 characters');
  });

  it('tells about a password without showing it', () => {
    const objection = objectionTo({ ...credentials, password: 'secret' });
    expect(objection).toBe('a password has 8 to 128 characters, none of them a control character');
  });
});
