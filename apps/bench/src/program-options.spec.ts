import { describe, expect, it } from 'vitest';
import { clientIn, environmentIn, nodeOptionsIn } from './program-options.ts';

describe('what the command line says of a program', () => {
  it('is options of Node, separated by spaces', () => {
    expect(nodeOptionsIn(' --cpu-prof  --cpu-prof-dir=profile')).toEqual(['--cpu-prof', '--cpu-prof-dir=profile']);
    expect(nodeOptionsIn('')).toEqual([]);
  });

  it('is variables, whose values may be empty and hold what separates them from their names', () => {
    expect(environmentIn(['SOCKETS=2000', 'EMPTY=', 'URL=http://x/?a=b'])).toEqual({ SOCKETS: '2000', EMPTY: '', URL: 'http://x/?a=b' });
    expect(() => environmentIn(['SOCKETS'])).toThrow('a variable is NAME=VALUE, not "SOCKETS"');
  });

  it('is a Kafka client that there is', () => {
    expect(clientIn('platformatic')).toBe('platformatic');
    expect(() => clientIn('rust')).toThrow('--client is "rust", it should be: kafkajs, platformatic, librdkafka');
  });
});
