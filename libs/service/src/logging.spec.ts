import { describe, expect, it } from 'vitest';
import { createLogger } from './logging.ts';

const logged = (log: (logger: ReturnType<typeof createLogger>) => void): string => {
  let lines = '';
  log(createLogger('test', 'info', { write: line => (lines += line) }));
  return lines;
};

describe('a log line', () => {
  it('is JSON with time, level, service and what belongs to it', () => {
    const line: unknown = JSON.parse(logged(log => log.info({ commandId: 'c' }, 'settled')));
    expect(line).toMatchObject({ level: 'info', service: 'test', commandId: 'c', msg: 'settled', time: expect.stringMatching(/Z$/) as string });
  });

  it('shows no token and no password, at the top or in an object one or two levels below', () => {
    const secrets = { token: 'hush', password: 'hush', record: { token: 'hush', value: { password: 'hush' } } };
    expect(logged(log => log.info(secrets, 'received'))).not.toContain('hush');
  });

  it('tells an error with its cause', () => {
    expect(logged(log => log.error({ err: new Error('above', { cause: new Error('below') }) }))).toContain('below');
  });
});
