/** What a username and a password must look like. */
import { hasControlCharacter, lengthOf, limits } from '@bank/topology';

export type Credentials = { readonly username: string; readonly password: string };

export type PasswordChange = { readonly current: string; readonly new: string };

/** What a text must look like: the test, and the same in words. */
type Form = { readonly fits: (text: string) => boolean; readonly words: string };

const formOf = ({ min, max }: { readonly min: number; readonly max: number }): Form => ({
  fits: text => lengthOf(text) >= min && lengthOf(text) <= max && !hasControlCharacter(text) && text.isWellFormed(),
  words: `${min} to ${max} characters, none of them a control character`,
});

export const usernameForm = formOf(limits.username);
export const passwordForm = formOf(limits.password);

/** What is wrong with the form of credentials, for the one who typed them; undefined when nothing is. */
export const objectionTo = ({ username, password }: Credentials): string | undefined => {
  if (!usernameForm.fits(username)) return `a username has ${usernameForm.words}`;
  return objectionToPassword(password);
};

/** What is wrong with the form of a password; undefined when nothing is. */
export const objectionToPassword = (password: string): string | undefined =>
  passwordForm.fits(password) ? undefined : `a password has ${passwordForm.words}`;
