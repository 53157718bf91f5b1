import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { databaseUrl, readConfig, serviceConfig } from './config.ts';

const messageOf = (environment: Record<string, string>): string => {
  try {
    readConfig(serviceConfig.extend({ DATABASE_URL: databaseUrl, API_PASSWORD: databaseUrl.optional() }), environment);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};
const right = { PORT: '8080', DATABASE_URL: 'postgres://me:secret@127.0.0.1:5432/mine' };

describe('the configuration', () => {
  it('takes what is set and fills in the rest', () => {
    expect(readConfig(serviceConfig, { PORT: '0', LOG_LEVEL: '' })).toEqual({ HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'info' });
  });

  it('ignores variables that are not its own', () => {
    expect(messageOf({ ...right, HOME: '/root' })).toBe('');
  });

  it.each([
    [{ ...right, PORT: 'eighty' }, 'PORT is "eighty", it should be: a port from 0 to 65535'],
    [{ ...right, PORT: '65536' }, 'PORT is "65536", it should be: a port from 0 to 65535'],
    [{ ...right, PORT: '80.5' }, 'PORT is "80.5", it should be: a port from 0 to 65535'],
    [{ ...right, PORT: ' ' }, 'PORT is " ", it should be: a port from 0 to 65535'],
    [{ ...right, PORT: '0x50' }, 'PORT is "0x50", it should be: a port from 0 to 65535'],
    [{ ...right, PORT: '' }, 'PORT is not set, it should be: a port from 0 to 65535'],
    [{ ...right, LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud", it should be: trace, debug, info, warn, error, fatal or silent'],
    [{ ...right, DATABASE_URL: 'postgres:mine' }, 'DATABASE_URL is "postgres:mine", it should be: postgresql://user:password@host:port/database'],
    [{ ...right, DATABASE_URL: 'postgres://h/100%' }, 'DATABASE_URL is "postgres://h/100%", it should be: postgresql://user:password@host:port/database, where % begins an escape like %40'],
    [{ ...right, DATABASE_URL: 'http://x' }, 'DATABASE_URL is "http://x", it should be: postgresql://user:password@host:port/database'],
  ])('tells what is wrong and what would be right: %o', (environment, message) => {
    expect(messageOf(environment)).toBe(message);
  });

  it('tells all that is wrong, a line each', () => {
    expect(messageOf({}).split('\n')).toHaveLength(2);
  });

  it.each([
    ['mysql://me:secret@127.0.0.1/mine', 'mysql://me:***@127.0.0.1/mine'],
    ['mysql://me:sec@ret@127.0.0.1/mine', 'mysql://me:***@127.0.0.1/mine'],
    ['mysql://me:sec/ret@127.0.0.1/mine', 'mysql://me:***@127.0.0.1/mine'],
    ['mysql://me@home:secret@127.0.0.1/mine', 'mysql://me@home:***@127.0.0.1/mine'],
    ['me:secret@127.0.0.1/mine', 'me:***@127.0.0.1/mine'],
    ['mysql://127.0.0.1:3306/mine', 'mysql://127.0.0.1:3306/mine'],
    ['postgres//me:secret@127.0.0.1/mine', 'postgres//me:***@127.0.0.1/mine'],
    ['mysql://127.0.0.1/mine?user=me&password=sec@ret&ssl=1', 'mysql://127.0.0.1/mine?user=me&password=***&ssl=1'],
  ])('shows no part of the password in %s', (address, shown) => {
    expect(messageOf({ ...right, DATABASE_URL: address })).toContain(`DATABASE_URL is "${shown}"`);
  });

  it('shows nothing of a variable whose name says that it is secret', () => {
    expect(messageOf({ ...right, API_PASSWORD: 'secret' })).toContain('API_PASSWORD is (hidden)');
  });
});

describe('a variable in a file', () => {
  let folder = '';
  const fileOf = async (content: string): Promise<string> => {
    const file = join(folder, String(Math.random()));
    await writeFile(file, content);
    return file;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    [' two\nlines \n\n', ' two\nlines \n'],
  ])('is its content but for a line break at the end: %j', async (content, value) => {
    expect(readConfig(z.object({ NAME: z.string() }), { NAME_FILE: await fileOf(content) })).toEqual({ NAME: value });
  });

  it('is not looked for when the schema has a variable of that very name', async () => {
    const file = await fileOf('a certificate');
    expect(readConfig(z.object({ CA: z.string().optional(), CA_FILE: z.string() }), { CA_FILE: file })).toEqual({ CA_FILE: file });
  });

  it('is wrong when it is given directly too', async () => {
    expect(messageOf({ ...right, PORT_FILE: await fileOf('8080') })).toBe('PORT and PORT_FILE are both set, it should be: one of them');
  });

  it('is wrong when the file is not there, or is empty', async () => {
    const [away, empty] = [join(folder, 'away'), await fileOf('\n')];
    const line = (file: string): string => `DATABASE_URL_FILE is "${file}", it should be: a file that can be read and is not empty`;
    expect(messageOf({ PORT: '0', DATABASE_URL_FILE: away })).toBe(line(away));
    expect(messageOf({ PORT: '0', DATABASE_URL_FILE: empty })).toBe(line(empty));
  });

  it('is told with where it stands when its value is wrong, and is as secret as any other', async () => {
    const file = await fileOf('mysql://me:secret@127.0.0.1/mine');
    const form = 'postgresql://user:password@host:port/database';
    expect(messageOf({ PORT: '0', DATABASE_URL_FILE: file })).toBe(`DATABASE_URL is "mysql://me:***@127.0.0.1/mine" in the file of DATABASE_URL_FILE, it should be: ${form}`);
    expect(messageOf({ ...right, API_PASSWORD_FILE: file })).toContain('API_PASSWORD is (hidden) in the file of API_PASSWORD_FILE');
    expect(messageOf({ ...right, API_PASSWORD_FILE: 'secret' })).toContain('API_PASSWORD_FILE is (hidden), it should be: a file');
  });
});
