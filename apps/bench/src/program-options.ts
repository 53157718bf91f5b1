/** What the command line says of a program that the bench starts. */
import type { ParseArgsOptionsConfig } from 'node:util';

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
      if (at < 1) throw new Error(`a variable is NAME=VALUE, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );

/** The options of a scenario that has the bank's handler replaced. Not `--env`: that Nx takes for its own. */
export const handlerOptions = { handler: { type: 'string' }, 'with-env': { type: 'string', multiple: true, default: [] } } satisfies ParseArgsOptionsConfig;

/** What a scenario's help says of them. */
export const handlerHelp = `  --handler CMD    a shell command that runs in place of our handler, with the same environment
  --with-env N=V   more of the handler's environment, NAME=VALUE; may be given several times`;
