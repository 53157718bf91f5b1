import { describe, expect, it } from 'vitest';
import { handlersIn } from './handlers.ts';

describe('the handlers of a comparison', () => {
  it('are shell commands with names and variables of their own; an empty command is our handler', () => {
    expect(handlersIn(['ours=', 'theirs=cargo run --release -- --x=y'], ['ours:KAFKA_CLIENT=kafkajs', 'theirs:URL=http://x/?a=b'])).toEqual([
      { name: 'ours', command: undefined, env: { KAFKA_CLIENT: 'kafkajs' } },
      { name: 'theirs', command: 'cargo run --release -- --x=y', env: { URL: 'http://x/?a=b' } },
    ]);
  });

  it.each<[what: string, commands: readonly string[], variables: readonly string[], message: string]>([
    ['fewer than two', ['A='], [], 'it takes two handlers or more'],
    ['the same name twice', ['A=', 'A=x'], [], 'each handler needs a name of its own, not A, A'],
    ['no name', ['A=', 'node main.js'], [], '--handler takes NAME=COMMAND, a name being letters and digits, not "node main.js"'],
    ['a variable of none', ['A=', 'B='], ['C:X=1'], '--with-env is of C, which is no handler here: A, B'],
    ['a variable without a handler', ['A=', 'B='], ['X=1'], '--with-env takes NAME:VARIABLE=VALUE, not "X=1"'],
    ['a variable without a value', ['A=', 'B='], ['A:X'], 'a variable is NAME=VALUE, not "X"'],
  ])('are refused with %s', (_, commands, variables, message) => {
    expect(() => handlersIn(commands, variables)).toThrow(message);
  });
});
