import { describe, expect, it } from 'vitest';
import { usualFolder } from '../bank/folder.ts';
import { bankPorts } from '../bank/ports.ts';
import { parseRestart, parseStart, parseStop, usualCertificates } from './options.ts';

describe('the options of a start', () => {
  it('are the usual bank, secured, when nothing is said', () => {
    expect(parseStart([])).toEqual({
      folder: usualFolder, ports: undefined, certificates: usualCertificates, https: false, handler: undefined, without: [], fresh: false, foreground: false,
    });
  });

  it('are taken as they are given', () => {
    const args = ['--https', '--certs', '/srv/certs', '--fresh', '--foreground', '--ports', '20000', '--handler', 'java -jar handler.jar', '--dir', '/srv/bank', '--without', 'heartbeat', '--without=command-generator'];
    expect(parseStart(args)).toEqual({
      folder: '/srv/bank', ports: bankPorts(20_000), certificates: '/srv/certs', https: true,
      handler: 'java -jar handler.jar', without: ['heartbeat', 'command-generator'], fresh: true, foreground: true,
    });
  });

  it('are a bank without certificates when plaintext is asked for', () => {
    expect(parseStart(['--plaintext'])).toMatchObject({ certificates: undefined, https: false });
  });

  it.each([
    [['--ports', 'many'], 'the base of the ports is a whole number from 1024 to 65528, not NaN'],
    [['--ports', '80'], 'the base of the ports is a whole number from 1024 to 65528, not 80'],
    [['--port', '20000'], "Unknown option '--port'"],
    [['--plaintext', '--https'], '--https needs certificates, which --plaintext does without'],
    [['--handler', ' '], '--handler needs a command'],
    [['--without', 'kafka'], '--without is "kafka", it should be one of command-handler, graphql-endpoint, heartbeat, command-generator'],
    [['now'], "Unexpected argument 'now'"],
  ])('are refused with what is wrong: %j', (args, message) => {
    expect(() => parseStart(args)).toThrow(message);
  });
});

it('a restart is of one part', () => {
  expect(parseRestart(['kafka'])).toEqual({ folder: usualFolder, part: 'kafka' });
  expect(parseRestart([])).toEqual({ folder: usualFolder, part: undefined });
  expect(() => parseRestart(['kafka', 'postgres'])).toThrow('one part at a time');
});

it('a stop may be of another bank', () => {
  expect(parseStop(['--dir', '/srv/bank'])).toEqual({ folder: '/srv/bank' });
});
