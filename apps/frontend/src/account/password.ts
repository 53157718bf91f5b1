/** A change of password as filled in, checked before the bank has to refuse it. Pure. */
import { errorsInKnown, errorsInNew } from '../session/credentials.ts';

export type Passwords = {
  readonly current: string;
  readonly next: string;
}

/** What is wrong, for each field that is. */
export type PasswordErrors = { readonly [Field in keyof Passwords]?: string };

/** Whether the current one is right, the bank says. */
export const passwordErrors = ({ current, next }: Passwords): PasswordErrors => {
  const missing = errorsInKnown({ username: 'any', password: current }).password;
  const wrong = errorsInNew({ username: 'any name', password: next }).password;
  const same = wrong === undefined && next === current ? 'This is your current password: choose another' : wrong;
  return {
    ...(missing === undefined ? {} : { current: missing }),
    ...(same === undefined ? {} : { next: same }),
  };
};
