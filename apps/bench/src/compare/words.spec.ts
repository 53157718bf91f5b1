import { describe, expect, it } from 'vitest';
import { joined } from './words.ts';

const options = ['--handler', '--rounds'];

describe('the words of a command line', () => {
  it('are put together again where quotes were lost', () => {
    expect(joined(['drain', '--handler', 'A=node', '--conditions=x', 'main.ts', '--handler', 'B=', '--rounds', '3'], options)).toEqual([
      'drain', '--handler=A=node --conditions=x main.ts', '--handler=B=', '--rounds=3',
    ]);
  });

  it('stay what they are where they were not', () => {
    expect(joined(['rate', '--rounds=3', '--handler=A=cd x && ./y --rounds 9', '--help'], options)).toEqual([
      'rate', '--rounds=3', '--handler=A=cd x && ./y --rounds 9', '--help',
    ]);
  });
});
