/** How two or more command handlers compare, by a scenario that each runs in turn. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { scenarios, type Scenario } from './figures.ts';
import { handlersIn } from './handlers.ts';
import { runInTurn } from './in-turn.ts';
import { joined } from './words.ts';

const help = `bench compare SCENARIO: a scenario with two handlers or more in turn, A B A B …, then their figures and the ratio
  SCENARIO         ${scenarios.join(', ')}

  --handler NAME=COMMAND           a handler: a shell command that runs in the root of the workspace, with the environment of
                                   docs/how-to/replace-the-handler.md; nothing behind the sign is our own handler. Twice or more
  --with-env NAME:VARIABLE=VALUE   more of the environment of that handler, such as A:KAFKA_CLIENT=kafkajs; stands in the result
  --rounds N                       how often each has its turn (5)
  --options "…"                    options of the scenario, which its own --help tells (--runs 1)

  compare drain --handler ours= --handler theirs="path/to/handler --its-options" --rounds 5 --options "--runs 1 --transfers 100000"

A command with quotes of its own, or more than the shell's simplest, is best kept in a script: Nx passes quotes on as it likes.
Ratios are taken within each round. When a handler fails, or answers nothing for a minute, all ends, with its log.`;

const options = {
  handler: { type: 'string', multiple: true, default: [] },
  'with-env': { type: 'string', multiple: true, default: [] },
  rounds: { type: 'string', default: '5' },
  options: { type: 'string', default: '--runs 1' },
} satisfies ParseArgsOptionsConfig;

const { values, positionals } = parseArgs({
  args: joined(process.argv.slice(2), Object.keys(options).map(name => `--${name}`)),
  allowPositionals: true,
  options: { ...options, help: { type: 'boolean', default: false } },
});

const scenarioIn = ([name, ...more]: readonly string[]): Scenario => {
  const scenario = scenarios.find(known => known === name);
  if (!scenario || more.length > 0) throw new Error(`compare takes one of ${scenarios.join(', ')}, not "${positionals.join(' ')}"`);
  return scenario;
};

const run = async (): Promise<void> => {
  const scenario = scenarioIn(positionals);
  const handlers = handlersIn(values.handler, values['with-env']);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is a whole number from 1, not "${values.rounds}"`);
  const options = values.options.split(' ').filter(option => option !== '');
  await runInTurn(scenario, { contenders: handlers.map(handler => ({ handler, options: [] })), rounds, options });
};

if (values.help) console.log(help);
else {
  // Ctrl-C reaches the scenario as well: it ends, and this after it.
  process.once('SIGINT', () => console.error('interrupted'));
  await run().catch((error: unknown) => {
    console.error(`compare: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
