/** Where somebody goes on after logging in: a page of this app, by its path in the address. */

/** An origin that is nobody's: what leads away from it would lead away from this app. */
const here = 'https://open-bank.invalid';

/**
 * The path of a page of this app, with query and hash; undefined for everything else, so that a link to the log-in leads to no other site.
 *
 * @param next what the address says, by whomever it was written
 */
export const pathOfThisApp = (next: unknown): string | undefined => {
  // Browsers drop tabs and line breaks from an address, and read a backslash as a slash.
  if (typeof next !== 'string' || !/^\/(?!\/)/.test(next) || /[\p{Cc}\\]/u.test(next)) return undefined;
  // Dot segments are resolved first: what is left may begin with two slashes.
  const url = URL.canParse(next, here) ? new URL(next, here) : undefined;
  if (url?.origin !== here || url.pathname.startsWith('//')) return undefined;
  return `${url.pathname}${url.search}${url.hash}`;
};
