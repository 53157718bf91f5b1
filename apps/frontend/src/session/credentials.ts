/** What a username and a password must be like, told before the bank has to. */
import { hasControlCharacter, lengthOf, limits } from '@bank/topology';

export type Credentials = {
  readonly username: string;
  readonly password: string;
}

/** What is wrong, for each field that is. */
export type CredentialsErrors = { readonly [Field in keyof Credentials]?: string };

const errorIn = (name: string, text: string, { min, max }: { min: number; max: number }): string | undefined => {
  const length = lengthOf(text);
  if (length < min) return `${name} needs at least ${min} characters`;
  if (length > max) return `${name} can have at most ${max} characters`;
  if (hasControlCharacter(text)) return `${name} holds a character that cannot be typed`;
  return undefined;
};

const found = (errors: { [Field in keyof Credentials]: string | undefined }): CredentialsErrors =>
  Object.fromEntries(Object.entries(errors).filter(([, error]) => error !== undefined));

/** The form that new credentials must have. */
export const errorsInNew = ({ username, password }: Credentials): CredentialsErrors =>
  found({
    username: errorIn('A username', username, limits.username),
    password: errorIn('A password', password, limits.password),
  });

/** For a log-in they need only be there: whether they are right, the bank says. */
export const errorsInKnown = ({ username, password }: Credentials): CredentialsErrors =>
  found({
    username: username === '' ? 'Enter your username' : undefined,
    password: password === '' ? 'Enter your password' : undefined,
  });
