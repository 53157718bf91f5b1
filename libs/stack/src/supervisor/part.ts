/** What the supervisor runs: a process that serves, a process that does one task, or a step of our own. */
import type { Command } from '../process/child.ts';

/** Makes a process's surroundings and says how to start it; called before every start. Work on the way may write to the part's log. */
type CommandMaker = (logFile: string) => Promise<Command> | Command;

type Every = {
  readonly name: string;
  /** The parts that must be ready before this one starts. */
  readonly needs: readonly string[];
};

/** Work in this process, such as a download. */
export type Step = Every & {
  readonly kind: 'step';
  readonly run: (signal: AbortSignal) => Promise<void>;
};

/** A process that ends by itself, with code 0 when all went well. */
export type Task = Every & {
  readonly kind: 'task';
  readonly command: CommandMaker;
};

/** A process that runs until it is stopped, and is started again when it dies. */
export type Service = Every & {
  readonly kind: 'service';
  /** The ports of 127.0.0.1 it listens on. */
  readonly ports: readonly number[];
  readonly command: CommandMaker;
  /** Whether it answers a real request. */
  readonly isReady: () => Promise<boolean>;
  /** What its dependents need beyond its answer, such as their databases; must be safe to run again. */
  readonly afterReady?: () => Promise<void>;
  /** Asks the process to stop in an orderly way. */
  readonly stopSignal: NodeJS.Signals;
  /** How long it may take to stop before it is killed. */
  readonly graceMs: number;
  /** How often the first start is tried: more than once only where a start can fail because of a process that is not quite gone. */
  readonly startAttempts: number;
};

export type Part = Step | Task | Service;
