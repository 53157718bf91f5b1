/** Why a server's certificate is none to trust, in plain words. */

/** By what Node and OpenSSL say of it: the registry's client hands on no more than the text. */
const reasons: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/certificate has expired/, 'has expired: renew that of the server'],
  [/certificate is not yet valid/, 'is not valid yet: compare the clocks of both machines'],
  [/does not match certificate's altnames/, 'is of another host: connect by a name that stands in it'],
  [/self-signed certificate|unable to (get|verify) .*certificate|certificate signature failure/, 'was issued by no authority that this service trusts: give it the CA file of the server\'s authority'],
];

/** What is wrong with the certificate that a server shows, by the message of the failure; undefined when it is not that. */
export const distrustOf = (message: string): string | undefined => {
  const words = reasons.find(([pattern]) => pattern.test(message))?.[1];
  return words === undefined ? undefined : `shows a certificate that ${words} (${message})`;
};
