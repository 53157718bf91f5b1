/** The pages that the navigation leads to, for whoever is there. */
import type { SessionState } from '../session/state.ts';

export type NavigationPage = {
  /** The name of its route. */
  readonly name: 'home' | 'account' | 'bank' | 'measurements';
  readonly label: string;
}

const home: NavigationPage = { name: 'home', label: 'Home' };
const account: NavigationPage = { name: 'account', label: 'Account' };
const bank: NavigationPage = { name: 'bank', label: 'Bank' };
const measurements: NavigationPage = { name: 'measurements', label: 'Measurements' };

/**
 * An employee has no account and sees the bank; everybody else has an account or may open one.
 *
 * @param hasRoute whether there is a page of that name
 */
export const pagesFor = ({ kind }: SessionState, hasRoute: (name: string) => boolean): readonly NavigationPage[] =>
  [home, kind === 'employee' && hasRoute(bank.name) ? bank : account, measurements].filter(({ name }) => hasRoute(name));
