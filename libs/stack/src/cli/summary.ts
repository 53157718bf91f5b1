/** What a person needs to know of a bank that runs, or of one that does not. */
import { isAbsolute, join, relative } from 'node:path';
import { urlOf, webUrlOf } from '../bank/addresses.ts';
import { employeeOf, placesIn, usualFolder } from '../bank/folder.ts';
import type { BankStatus } from '../bank/status.ts';
import { tailOf } from '../process/log.ts';
import { workspaceRoot } from '../workspace.ts';
import { paint } from './progress.ts';

const labelWidth = 11;
const tailLines = 15;

/** A path as one would type it here. */
const shown = (path: string): string => {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') || fromHere === '' ? path : fromHere;
};

/** A path for a shell: as one word, and never looked up in PATH. */
const typed = (path: string): string => {
  const fromHere = shown(path);
  const plain = isAbsolute(fromHere) ? fromHere : `./${fromHere}`;
  return /^[\w./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", String.raw`'\''`)}'`;
};

const scriptCommand = (script: string, folder: string, rest: string): string =>
  [typed(join(workspaceRoot, 'scripts', script)), ...(folder === usualFolder ? [] : ['--dir', typed(folder)]), rest].join(' ').trimEnd();

/** The command that starts the bank of a folder, or with `rest` does more with it. */
export const setupCommand = (folder: string, rest = ''): string => scriptCommand('setup.sh', folder, rest);

/** The command that stops the bank of a folder. */
export const stopCommand = (folder: string): string => scriptCommand('stop.sh', folder, '');

/** The password as such, except where the output is kept for others to read. */
const shownPassword = (folder: string, password: string): string =>
  (process.env['CI'] ? `in ${shown(join(placesIn(folder).secrets, 'employee'))}` : password);

const securityOf = (certificates: string | undefined): string =>
  (certificates === undefined
    ? paint('yellow', 'none: plaintext between the parts, open to all users of this machine; for experiments only')
    : `TLS and least privilege between the parts; certificates in ${shown(certificates)}`);

/** Address, login, and how to go on. */
export const summaryOf = async (folder: string, bank: Omit<BankStatus, 'parts'>, howToStop = stopCommand(folder)): Promise<string> => {
  const { ports, certificates, handler } = bank;
  const { username, password } = await employeeOf(folder);
  const { env, logs } = placesIn(folder);
  const rows = [
    ['address', paint('bold', webUrlOf(bank))],
    ['security', securityOf(certificates)],
    ['employee', `${username}, password ${shownPassword(folder, password)}`],
    ...(handler === undefined ? [] : [['handler', handler]]),
    ['load', `curl -X PUT ${urlOf(ports.heartbeat)}/load -H 'content-type: application/json' \\`],
    ['', `  -d '{"batch": 10, "intervalMs": 100}'`],
    ['addresses', `. ${typed(env)}`],
    ['logs', shown(logs)],
    ['stop', howToStop],
  ];
  return rows.map(([label = '', text = '']) => `  ${paint('dim', label.padEnd(labelWidth))}${text}\n`).join('');
};

/** Why something failed; with the end of the log, when there is one that tells more. */
export const failureOf = async (message: string, log?: string): Promise<string> => {
  const headline = `\n${paint('red', '✗', process.stderr)} ${message}\n`;
  if (log === undefined) return headline;
  const lines = await tailOf(log, tailLines).catch(() => []);
  const excerpt = lines.flatMap(text => (text === '' ? [] : [`    ${text}\n`])).join('');
  return `${headline}\n${excerpt}\n  The whole log is ${shown(log)}.\n`;
};
