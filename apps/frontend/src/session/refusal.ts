/** Why the bank let nobody in, in words, and which part of the form it is about. */
import type { ResultOf } from '../api/graphql.ts';
import { sentence } from '../api/sentence.ts';
import type { Credentials } from './credentials.ts';
import type { logInMutation, openAccountMutation } from './documents.ts';

type Outcome = ResultOf<typeof openAccountMutation>['openAccount'] | ResultOf<typeof logInMutation>['logIn'];
type Refused = Extract<Outcome, { __typename: 'Refused' }>;

export type Refusal = {
  /** The field that is to be changed, or all of the form when no single one is. */
  readonly about: keyof Credentials | 'all';
  readonly text: string;
}

const wait = (seconds: number | null): string => {
  if (seconds === null) return 'Try again in a moment.';
  if (seconds < 120) return `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
};

/** What a refusal means for who stands before the form. */
export const explainRefusal = ({ code, reason, retryAfterSeconds }: Refused): Refusal => {
  // The rest is about what no form can get wrong, or is said best by the bank.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (code) {
    case 'USERNAME_TAKEN':
      return { about: 'username', text: 'Somebody has this username. Choose another one, or log in if it is yours' };
    case 'WRONG_CREDENTIALS':
      return { about: 'all', text: 'There is no such user, or the password is another one.' };
    case 'RATE_LIMITED':
      return { about: 'all', text: `Too many tries within a short time. ${wait(retryAfterSeconds)}` };
    case 'BUSY':
      return { about: 'all', text: `The bank is busy with other log-ins. ${wait(retryAfterSeconds)}` };
    default:
      return { about: 'all', text: sentence(reason) };
  }
};
