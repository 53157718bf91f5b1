/** What the command line says. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { environmentIn, handlerHelp, handlerOptions, securityHelp, securityOptions } from '../program-options.ts';
import type { Plan } from './run.ts';

export const help = `bench latency: the article's test. In a real Chromium a client clicks every second, alternately on a deposit and on a transfer to the
company, while the load rises step by step. A click's latency counts from when it was due until its new balance stands in the list of
transactions. A click that takes longer than 5 s is a miss; five misses end a run.

  --steps LIST     heartbeats a second, multiples of 10, one after the other (0,10,50,100,200,400,800,1600,3000)
  --seconds S      of each step (60)
  --warm-up S      clicks at 50 heartbeats a second before each run, not counted (20)
  --runs N         one after the other, each with a new client (3)
  --quick          a check of about two minutes: --steps 0,50,400 --seconds 20 --warm-up 10 --runs 1
  --bank FILE      measure a bank that runs, by its file of addresses, such as .bank/env; its load is put back in the end
${handlerHelp}
${securityHelp}
  --data-dir D     where the test's own bank keeps its data; a RAM disk such as /dev/shm shows the software without the disk
  --implementation NAME  what the result is called on the page of measurements (TypeScript)`;

export type Options = Plan & {
  readonly runs: number;
  readonly implementation: string;
  /** The bank to measure; one of the test's own when there is none. */
  readonly envFile: string | undefined;
  readonly dataDir: string;
  /** Plaintext and secured in turn, in place of the one bank. */
  readonly tls: boolean;
  /** Whether the test's own bank is secured. */
  readonly secured: boolean;
  /** What runs in place of our handler, and more of its environment: of a bank of the test's own. */
  readonly handler: string | undefined;
  readonly handlerEnv: Readonly<Record<string, string>>;
};

const full = { steps: '0,10,50,100,200,400,800,1600,3000', seconds: '60', 'warm-up': '20', runs: '3' } as const;
const quick = { steps: '0,50,400', seconds: '20', 'warm-up': '10', runs: '1' } as const;
const warmUpLoad = 50;

/** NaN for what is no whole number in decimal digits: nothing is not 0. */
const wholeIn = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN);

/**
 * Reads the arguments of the command line; undefined when help is asked for.
 *
 * @throws Error for what cannot be
 */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      steps: { type: 'string' },
      seconds: { type: 'string' },
      'warm-up': { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      bank: { type: 'string' },
      ...handlerOptions,
      ...securityOptions,
      'data-dir': { type: 'string', default: tmpdir() },
      implementation: { type: 'string', default: 'TypeScript' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const told = { ...(values.quick ? quick : full), ...values };
  const count = (name: 'seconds' | 'warm-up' | 'runs'): number => {
    const value = wholeIn(told[name]);
    if (!(value >= 1)) throw new Error(`--${name} takes a whole number from 1, not "${told[name]}"`);
    return value;
  };
  const handlerEnv = environmentIn(values['with-env']);
  if (told.bank !== undefined && (told.handler !== undefined || Object.keys(handlerEnv).length > 0 || told.tls || told.secured)) {
    throw new Error('--bank measures a bank as it runs: --handler, --with-env, --tls and --secured are of a bank that the test starts');
  }
  const loads = told.steps.split(',').map(wholeIn);
  if (!loads.every(load => load % 10 === 0)) throw new Error(`--steps takes multiples of 10, separated by commas, not "${told.steps}"`);
  return {
    loads,
    seconds: count('seconds'),
    warmUp: { load: warmUpLoad, seconds: count('warm-up') },
    runs: count('runs'),
    implementation: told.implementation,
    envFile: told.bank,
    dataDir: told['data-dir'],
    tls: told.tls,
    secured: told.secured,
    handler: told.handler,
    handlerEnv,
  };
};
