/** What is looked at between clicks: how far the topics are written, and what each part has used of the machine. */
import type { TopicName } from '@bank/topology';
import type { Watermarks } from '../bank/watermarks.ts';
import { memoryOf } from '../process/memory.ts';
import { machineProcessorSeconds, ownProcessorSeconds, processorSecondsOf } from '../process/processor.ts';
import { now } from './clock.ts';

/** What is counted of the load: each heartbeat makes a command, and each command an answer. */
const counted = {
  heartbeats: ['heartbeat'],
  commands: ['confirm_account_creation', 'confirm_money_transfer'],
  answers: ['account_creation_feedback', 'money_transfer_feedback'],
} as const satisfies Record<string, readonly TopicName[]>;
export type Counted = keyof typeof counted;

export type Observation = {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Records ever written. */
  readonly written: Readonly<Record<Counted, number>>;
  /** Of the whole machine, ever: what its processes used, and what its host gave to others. */
  readonly machineSeconds: { readonly busy: number; readonly stolen: number };
  readonly parts: ReadonlyMap<string, { readonly processorSeconds: number; readonly memoryBytes: number }>;
};

/** The bench's own part is what it works itself, without the processes that it has started. */
const bench = 'bench';

/**
 * Looks at everything once.
 *
 * @param pids the processes of the parts, by name; the bench itself is added
 */
export const observe = async (watermarks: Watermarks, pids: ReadonlyMap<string, number>): Promise<Observation> => {
  const written = async (name: Counted): Promise<number> =>
    (await Promise.all(counted[name].map(topic => watermarks.written(topic)))).reduce((sum, count) => sum + count, 0);
  const askedMs = now();
  const heartbeats = await written('heartbeats');
  // The broker counted somewhere between question and answer. The rest follows at once, or need not be as exact.
  const atMs = (askedMs + now()) / 2;
  const parts = new Map([
    ...[...pids].map(([name, pid]) => [name, { processorSeconds: processorSecondsOf(pid), memoryBytes: memoryOf(pid) }] as const),
    [bench, { processorSeconds: ownProcessorSeconds(), memoryBytes: process.memoryUsage.rss() }] as const,
  ]);
  const machineSeconds = machineProcessorSeconds();
  const [commands, answers] = await Promise.all([written('commands'), written('answers')]);
  return { atMs, written: { heartbeats, commands, answers }, machineSeconds, parts };
};
