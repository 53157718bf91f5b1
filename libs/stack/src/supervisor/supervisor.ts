/** Starts parts in the order of what they need, each as soon as that is ready, and stops them the other way round. */
import { join } from 'node:path';
import { aborted } from '../process/condition.ts';
import { runOnce } from './once.ts';
import type { Part } from './part.ts';
import type { Ending, Run, RunContext } from './run.ts';
import { runService } from './service.ts';
import type { PartStatus } from './status.ts';

export type SupervisorOptions = {
  /** Every part comes after those it needs. */
  readonly parts: readonly Part[];
  /** The folder for `<part>.log`. */
  readonly logs: string;
  /** Whether parts are stopped in an orderly way; else they are ended at once, for data that nobody needs any more. */
  readonly stop: 'in order' | 'at once';
  /** Told of every change of a part. */
  readonly onChange?: (status: PartStatus) => void;
};

type Member = Run & { readonly part: Part; readonly stopping: AbortController; ending: Ending };

/** Runs parts; a service that dies is started again. */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions;
  readonly #members = new Map<string, Member>();
  readonly #status = new Map<string, PartStatus>();
  readonly #stopped = new Map<string, Promise<void>>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    for (const { name, kind } of options.parts) {
      this.#status.set(name, { name, kind, state: 'waiting', restarts: 0, log: join(options.logs, `${name}.log`) });
    }
  }

  /** Every part as it is now, in the order of starting. */
  get status(): readonly PartStatus[] {
    return [...this.#status.values()];
  }

  /**
   * Starts all parts and waits until they are ready.
   *
   * @param signal stops them when it is aborted meanwhile
   * @throws PartFailedError of the first process that cannot be started, or the error of a step; all is stopped by then
   */
  async start(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    for (const part of this.#options.parts) this.#members.set(part.name, this.#begin(part));
    const stop = (): void => void this.stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all([...this.#members.values()].map(member => member.ready));
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Stops all parts, each when nothing needs it any more. */
  async stop(): Promise<void> {
    await Promise.all([...this.#members.values()].map(member => this.#stop(member)));
  }

  /**
   * Ends one part and keeps it down; those that need it stay as they are, as in an outage.
   *
   * @param signal what its process is sent; the one that stops it in an orderly way when left out
   */
  async takeDown(name: string, signal?: NodeJS.Signals): Promise<void> {
    const member = this.#memberOf(name);
    member.ending = signal ?? 'in order';
    member.stopping.abort();
    await member.ended;
  }

  /**
   * Starts a part that was taken down, and waits until it is ready.
   *
   * @throws PartFailedError when it cannot be started
   */
  async bringUp(name: string): Promise<void> {
    const { part, stopping } = this.#memberOf(name);
    if (!stopping.signal.aborted || this.#stopped.has(name)) throw new Error(`${name} was not taken down`);
    const member = this.#begin(part);
    this.#members.set(name, member);
    await member.ready;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #begin(part: Part): Member {
    const stopping = new AbortController();
    const needed = Promise.all(part.needs.map(name => this.#readinessOf(name, part)));
    const stoppedBefore = aborted(stopping.signal).then(() => Promise.reject(new Error(`${part.name} was stopped before it was started`)));
    const run = Promise.race([needed, stoppedBefore]).then(() => this.#run(part, stopping.signal, () => member.ending));
    const member: Member = {
      part,
      stopping,
      ending: this.#options.stop,
      ready: run.then(({ ready }) => ready),
      ended: run.then(({ ended }) => ended, () => undefined),
    };
    return member;
  }

  #run(part: Part, stopping: AbortSignal, ending: () => Ending): Run {
    const { log } = this.#statusOf(part.name);
    const context: RunContext = { log, stopping, ending, change: change => this.#change(part.name, change) };
    return part.kind === 'service' ? runService(part, context) : runOnce(part, context);
  }

  #stop(member: Member): Promise<void> {
    const { part, stopping, ended } = member;
    const known = this.#stopped.get(part.name);
    if (known !== undefined) return known;
    const dependents = [...this.#members.values()].filter(other => other.part.needs.includes(part.name));
    const stopped = Promise.all(dependents.map(dependent => this.#stop(dependent))).then(() => {
      stopping.abort();
      return ended;
    });
    this.#stopped.set(part.name, stopped);
    return stopped;
  }

  #readinessOf(name: string, dependent: Part): Promise<void> {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`${dependent.name} needs ${name}, which does not come before it`);
    return member.ready;
  }

  #memberOf(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`there is no part ${name} that was started`);
    return member;
  }

  #statusOf(name: string): PartStatus {
    const status = this.#status.get(name);
    if (status === undefined) throw new Error(`there is no part ${name}`);
    return status;
  }

  #change(name: string, change: Partial<PartStatus>): void {
    const status = { ...this.#statusOf(name), ...change };
    this.#status.set(name, status);
    try {
      this.#options.onChange?.(status);
    } catch (error) {
      // Who watches may fail, on a full disk for one: the parts must not go down with it.
      console.error(error);
    }
  }
}
