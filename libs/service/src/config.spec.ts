import { describe, expect, it } from 'vitest';
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
    [{ ...right, PORT: '' }, 'PORT is not set, it should be: a port from 0 to 65535'],
    [{ ...right, LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud", it should be: trace, debug, info, warn, error, fatal or silent'],
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
  ])('shows no part of the password in %s', (address, shown) => {
    expect(messageOf({ ...right, DATABASE_URL: address })).toContain(`DATABASE_URL is "${shown}"`);
  });

  it('shows nothing of a variable whose name says that it is secret', () => {
    expect(messageOf({ ...right, API_PASSWORD: 'secret' })).toContain('API_PASSWORD is (hidden)');
  });
});
