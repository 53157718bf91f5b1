/** A scenario run by each of some contenders in turn, A B A B …, and what that came to. */
import { describeMachine, revision } from '../machine.ts';
import { writeResult } from '../result.ts';
import { compare, table, type Round } from './comparison.ts';
import { figuresOf, type Scenario } from './figures.ts';
import type { Handler } from './handlers.ts';
import { runScenario } from './scenario.ts';

/** Who has a turn: a handler, and options of the scenario that are its own. */
export type Contender = { readonly handler: Handler; readonly options: readonly string[] };

export type Turns = {
  readonly contenders: readonly Contender[];
  /** How often each has its turn. */
  readonly rounds: number;
  /** Options of the scenario, the same for all; a contender's own come behind them. */
  readonly options: readonly string[];
};

/**
 * Runs the turns, prints the figures of each contender and the ratios, and keeps them as a result.
 *
 * @throws Error when a run fails
 */
export const runInTurn = async (scenario: Scenario, { contenders, rounds: count, options }: Turns): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  const rounds: Round[] = [];
  for (let round = 1; round <= count; round += 1) {
    for (const { handler, options: own } of contenders) {
      console.log(`\nround ${round} of ${count}: ${handler.name}`);
      rounds.push({ handler: handler.name, figures: figuresOf(scenario, await runScenario(scenario, handler, [...options, ...own])) });
    }
  }
  const handlers = contenders.map(({ handler }) => handler);
  const figures = compare(handlers.map(({ name }) => name), rounds);
  console.log(`\n${table(figures)}`);
  const result = { of: scenario, rounds: count, options: options.join(' '), handlers, figures, machine, revision: revision() };
  console.log(`written to ${writeResult('compare', result, { at })}`);
};
