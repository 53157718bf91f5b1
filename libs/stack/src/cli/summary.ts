/** What a person needs to know of a bank that runs, or of one that does not. */
import { relative } from 'node:path';
import { urlOf } from '../bank/addresses.ts';
import { employeeOf, placesIn, usualFolder } from '../bank/folder.ts';
import type { BankPorts } from '../bank/ports.ts';
import { tailOf } from '../process/log.ts';
import { paint } from './progress.ts';

const labelWidth = 11;
const tailLines = 15;

/** A path as one would type it here. */
const shown = (path: string): string => {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
};

/** The command that stops the bank of a folder. */
export const stopCommand = (folder: string): string => `./scripts/stop.sh${folder === usualFolder ? '' : ` --dir ${folder}`}`;

/** Address, login, and how to go on. */
export const summaryOf = async (folder: string, ports: BankPorts, howToStop = stopCommand(folder)): Promise<string> => {
  const { username, password } = await employeeOf(folder);
  const { env, logs } = placesIn(folder);
  const changeLoad = `curl -X PUT ${urlOf(ports.heartbeat)}/load -H 'content-type: application/json' -d '{"batch": 10, "intervalMs": 100}'`;
  const rows = [
    ['address', paint('bold', urlOf(ports.web))],
    ['employee', `${username}, password ${password}`],
    ['load', changeLoad],
    ['addresses', `. ${shown(env)}`],
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
