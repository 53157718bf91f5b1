/** The source of a bank's load as real processes: heartbeats, and a generator that makes a command of each. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram, type Program } from '@bank/stack';
import type { Bank } from '../bank/bank.ts';
import { changeLoad, readLoad, type Steps } from '../bank/heartbeat.ts';

const pollMs = 200;
const patienceMs = 30_000;
/** So many heartbeats open an account before the first transfer is made. */
const firstAccounts = 20;

export type RunOptions = {
  /** Told of each step when it has begun, by its place from 0. */
  readonly onStep?: (at: number) => void;
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal;
};

export type Beaten = {
  /** Just before the steps were asked for, milliseconds since 1970: nothing that came of them is older. */
  readonly askedMs: number;
  /** When the first step began, milliseconds since 1970. */
  readonly beganMs: number;
  /** Heartbeats that were sent, and those that were due and could not be sent in time. */
  readonly sent: number;
  readonly missed: number;
};

export class LoadSource implements AsyncDisposable {
  readonly #heartbeat: Program;
  readonly #generator: Program;

  private constructor(heartbeat: Program, generator: Program) {
    this.#heartbeat = heartbeat;
    this.#generator = generator;
  }

  /** Starts both and has the first accounts opened, between which transfers are made; a handler has to run. */
  static async start({ env }: Bank, seed: string): Promise<LoadSource> {
    await using resources = new AsyncDisposableStack();
    const generatorEnv = { ...env, RUN_ID: randomUUID(), SEED: seed, LOG_LEVEL: 'warn' };
    const generator = resources.use(await startProgram('command-generator', { env: generatorEnv }));
    const heartbeat = resources.use(await startProgram('heartbeat', { env: { ...env, HEARTBEAT_BATCH: '0', LOG_LEVEL: 'warn' } }));
    const source = new LoadSource(heartbeat, generator);
    await source.#becomes('active', 1);
    await source.run({ steps: [firstAccounts], seconds: 1 });
    await source.#becomes('accounts_known', firstAccounts);
    resources.move();
    return source;
  }

  /**
   * Goes through steps, until the last heartbeat that was due is sent or missed.
   *
   * @throws Error in the heartbeat's own words when it refuses them; what the signal has as its reason
   */
  async run({ steps, seconds }: Steps, { onStep, signal }: RunOptions = {}): Promise<Beaten> {
    const { url } = this.#heartbeat;
    const before = await readLoad(url);
    const due = steps.reduce((sum, perSecond) => sum + perSecond * seconds, 0);
    const askedMs = Date.now();
    let state = await changeLoad(url, { steps, seconds });
    const beganMs = Math.round(Date.now() - (steps.length * seconds - state.secondsLeft) * 1_000);
    let begun = 0;
    for (;;) {
      for (; begun <= state.stepsDone && begun < steps.length; begun += 1) onStep?.(begun);
      const [sent, missed] = [state.sent - before.sent, state.missed - before.missed];
      if (state.stepsDone === steps.length && sent + missed === due) return { askedMs, beganMs, sent, missed };
      await delay(pollMs, undefined, { ...(signal && { signal }) });
      state = await readLoad(url);
    }
  }

  /** How many heartbeats made no command because their accounts were not known. */
  withoutCommand(): Promise<number> {
    return this.#metric('heartbeats_without_command_total{reason="account unknown"}');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#heartbeat[Symbol.asyncDispose]();
    await this.#generator[Symbol.asyncDispose]();
  }

  async #metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.#generator.url}/metrics`)).text();
    const line = text.split('\n').find(candidate => candidate.startsWith(`command_generator_${name} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  async #becomes(name: string, value: number): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    while ((await this.#metric(name)) !== value) {
      if (patience.aborted) throw new Error(`the generator's ${name} did not become ${value} within ${patienceMs / 1_000} s`);
      await delay(pollMs);
    }
  }
}
