/** Passwords as argon2id hashes, written as PHC strings so that the parameters can change without losing a user. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP's second choice: 19 MiB, two passes, one lane. */
const memoryKiB = 19_456;
const passes = 2;
const parallelism = 1;
const saltBytes = 16;
const hashBytes = 32;

const derive = promisify(argon2);

/** Standard base64 without padding, as PHC strings have it. */
const encode = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** Hashes a password with a new salt. */
export const hashPassword = async (password: string): Promise<string> => {
  const nonce = randomBytes(saltBytes);
  const hash = await derive('argon2id', { message: password, nonce, memory: memoryKiB, passes, parallelism, tagLength: hashBytes });
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(hash)}`;
};

/**
 * Whether a password is the one that was hashed, compared in constant time.
 *
 * @throws Error when the text is no hash that `hashPassword` made
 */
export const isPasswordOf = async (stored: string, password: string): Promise<boolean> => {
  const [, memory, time, lanes, salt, hash] = phc.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('a stored password hash is not an argon2id PHC string');
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(time),
    parallelism: Number(lanes),
    tagLength: expected.length,
  });
  return timingSafeEqual(expected, actual);
};

/** A hash that no password has, to spend on an unknown user the time that a known one takes. */
export const nobodysHash = (): string =>
  `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${encode(randomBytes(saltBytes))}$${encode(randomBytes(hashBytes))}`;
