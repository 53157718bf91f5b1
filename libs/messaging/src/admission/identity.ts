/** Whether a service's certificate is one to come to a broker with: looked at before anybody else does, for servers tell little. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { RefusedError } from '../errors.ts';
import type { TlsFiles } from '../tls.ts';

/** Files are replaced one after the other: what does not fit is looked at once more, so long after. */
const replacedWithinMs = 200;

/**
 * Looks at the files of an identity as they are now.
 *
 * @throws RefusedError with what is wrong and what would be right; Error when a file cannot be read
 */
export const assertIdentity = async (files: TlsFiles): Promise<void> => {
  try {
    look(files, new Date());
  } catch {
    await wait(replacedWithinMs);
    look(files, new Date());
  }
};

const look = ({ ca, cert, key }: TlsFiles, now: Date): void => {
  const authorities = certificatesIn(ca);
  if (cert === undefined || key === undefined) return;
  const [own, ...between] = certificatesIn(cert);
  const name = `${own.subject.replaceAll('\n', ', ')} in ${cert}`;
  if (new Date(own.validTo) < now) throw new RefusedError(`the certificate of ${name} expired at ${utc(own.validTo)}: renew it`);
  if (new Date(own.validFrom) > now) throw new RefusedError(`the certificate of ${name} is valid from ${utc(own.validFrom)} on only: wait, or set the clock of this machine`);
  if (!own.checkPrivateKey(keyIn(key))) throw new RefusedError(`the key in ${key} does not match the certificate of ${name}: give the two that were made together`);
  const isIssued = [...between, ...authorities].some(issuer => own.checkIssued(issuer) && own.verify(issuer.publicKey));
  if (!isIssued) throw new RefusedError(`the certificate of ${name} was not issued by an authority in ${ca}: take both from the same place`);
};

/** A certificate, and those that follow it in the same file. */
const certificatesIn = (file: string): readonly [X509Certificate, ...X509Certificate[]] => {
  const [first, ...others] = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [];
  return parsed(file, 'a certificate', () => [new X509Certificate(first ?? ''), ...others.map(pem => new X509Certificate(pem))]);
};

const keyIn = (file: string): ReturnType<typeof createPrivateKey> => {
  const pem = readFileSync(file);
  return parsed(file, 'a key without a password', () => createPrivateKey(pem));
};

const parsed = <T>(file: string, what: string, parse: () => T): T => {
  try {
    return parse();
  } catch (cause) {
    throw new RefusedError(`${file} does not hold ${what} in PEM`, { cause });
  }
};

const utc = (time: string): string => new Date(time).toISOString();
