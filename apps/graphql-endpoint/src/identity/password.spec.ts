import { describe, expect, it } from 'vitest';
import { hashPassword, isPasswordOf, nobodysHash } from './password.ts';

describe('a password', () => {
  it('is recognised by its hash, and another is not', async () => {
    const hash = await hashPassword('correct horse battery');
    expect(await isPasswordOf(hash, 'correct horse battery')).toBe(true);
    expect(await isPasswordOf(hash, 'correct horse batterz')).toBe(false);
  });

  it('is hashed by argon2id with 19 MiB, two passes and one lane, never twice the same', async () => {
    const hash = await hashPassword('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await hashPassword('correct horse battery')).not.toBe(hash);
  });

  it('is recognised by a hash that was made with other parameters', async () => {
    // From the tests of argon2's reference implementation.
    const weak = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await isPasswordOf(weak, 'password')).toBe(true);
    expect(await isPasswordOf(weak, 'passwore')).toBe(false);
  });

  it('is nobody’s when it is compared with the hash of nobody', async () => {
    expect(await isPasswordOf(nobodysHash(), '')).toBe(false);
  });

  it('cannot be compared with what is no hash', async () => {
    await expect(isPasswordOf('plain text', 'plain text')).rejects.toThrow('not an argon2id PHC string');
  });
});
