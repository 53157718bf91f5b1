/** What security costs: a scenario on a bank in plaintext and on a secured one, in turn. */
import { describeMachine, revision } from '../machine.ts';
import { writeResult } from '../result.ts';
import { compare, table, type Round } from './comparison.ts';
import { figuresOf, type Scenario } from './figures.ts';
import { runScenario } from './scenario.ts';

const banks = [{ name: 'plaintext', options: [] }, { name: 'secured', options: ['--secured'] }] as const;

/**
 * Runs a scenario with each bank in turn, prints the figures of both and the ratio, and keeps them as a result.
 *
 * @param args the scenario's own command line, `--tls` among it
 * @param options.runs how often each has its turn
 * @throws Error when a run fails
 */
export const compareSecurity = async (scenario: Scenario, args: readonly string[], { runs }: { readonly runs: string }): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  const options = args.filter(arg => arg !== '--tls');
  const rounds: Round[] = [];
  for (let round = 1; round <= Number(runs); round += 1) {
    for (const { name, options: own } of banks) {
      console.log(`\nround ${round} of ${runs}: ${name}`);
      const result = await runScenario(scenario, { name, command: undefined, env: {} }, [...options, ...own, '--runs', '1']);
      rounds.push({ handler: name, figures: figuresOf(scenario, result) });
    }
  }
  const names = banks.map(({ name }) => name);
  const figures = compare(names, rounds);
  console.log(`\n${table(figures)}`);
  const result = { of: scenario, rounds: Number(runs), options: options.join(' '), handlers: names.map(name => ({ name, env: {} })), figures, machine, revision: revision() };
  console.log(`written to ${writeResult('compare', result, { at })}`);
};
