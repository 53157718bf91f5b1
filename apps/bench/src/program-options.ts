/** What the command line says of a program that the bench starts. */

/** Options of Node as they stand in one argument, separated by spaces. */
export const nodeOptionsIn = (text: string): readonly string[] => text.split(' ').filter(option => option !== '');

/**
 * Variables of an environment, each as NAME=VALUE.
 *
 * @throws Error for what is none
 */
export const environmentIn = (pairs: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Error(`--env takes NAME=VALUE, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
