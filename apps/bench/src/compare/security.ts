/** What security costs: a scenario on a bank in plaintext and on a secured one, in turn. */
import type { Scenario } from './figures.ts';
import { runInTurn, type Contender } from './in-turn.ts';

const contender = (name: string, ...options: readonly string[]): Contender => ({ handler: { name, command: undefined, env: {} }, options });

/**
 * Runs a scenario with each bank in turn, prints the figures of both and the ratio, and keeps them as a result.
 *
 * @param args the scenario's own command line, `--tls` among it
 * @param options.runs how often each has its turn
 * @throws Error when a run fails
 */
export const compareSecurity = (scenario: Scenario, args: readonly string[], { runs }: { readonly runs: string }): Promise<void> =>
  runInTurn(scenario, {
    contenders: [contender('plaintext'), contender('secured', '--secured')],
    rounds: Number(runs),
    // Of the two --runs the last counts: a turn is one run.
    options: [...args.filter(arg => arg !== '--tls'), '--runs', '1'],
  });
