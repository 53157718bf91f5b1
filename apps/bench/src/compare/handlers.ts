/** The handlers that are compared, from the command line. */
import { environmentIn } from '../program-options.ts';

export type Handler = {
  readonly name: string;
  /** A shell command; undefined: our own handler. */
  readonly command: string | undefined;
  readonly env: Readonly<Record<string, string>>;
};

const named = /^([A-Za-z][\w.-]*)([=:])(.*)$/s;

const splitAt = (sign: '=' | ':', text: string, usage: string): readonly [name: string, rest: string] => {
  const [, name, found, rest] = named.exec(text) ?? [];
  if (name === undefined || rest === undefined || found !== sign) throw new Error(`${usage}, not "${text}"`);
  return [name, rest];
};

/**
 * Reads two handlers or more.
 *
 * @param commands each NAME=COMMAND, or NAME= for our own handler
 * @param variables each NAME:VARIABLE=VALUE
 * @throws Error that says what the command line should be
 */
export const handlersIn = (commands: readonly string[], variables: readonly string[]): readonly Handler[] => {
  const named = commands.map(text => splitAt('=', text, '--handler takes NAME=COMMAND, a name being letters and digits'));
  const names = named.map(([name]) => name);
  if (names.length < 2) throw new Error('it takes two handlers or more to compare: --handler A="command" --handler B="another command"');
  if (new Set(names).size < names.length) throw new Error(`each handler needs a name of its own, not ${names.join(', ')}`);
  const ofHandlers = variables.map(text => splitAt(':', text, '--with-env takes NAME:VARIABLE=VALUE'));
  const stranger = ofHandlers.find(([name]) => !names.includes(name));
  if (stranger) throw new Error(`--with-env is of ${stranger[0]}, which is no handler here: ${names.join(', ')}`);
  return named.map(([name, command]) => ({
    name,
    command: command.trim() === '' ? undefined : command,
    env: environmentIn(ofHandlers.filter(([of]) => of === name).map(([, pair]) => pair)),
  }));
};
