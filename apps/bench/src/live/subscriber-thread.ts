/** The thread of the subscribers: on one of its own they do not hold up those who send, and what they take of the processors can be told. */
import { createHistogram, performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { latencyOf, microsecondsOf, type Latency } from '../latency.ts';
import { Subscriber, type Delivery, type Followed } from './subscriber.ts';

/** What is asked of the thread, each answered by a report. */
export type Question = 'begin' | 'report';

/** What the subscribers were given so far; the latencies, and what it took, since the last beginning. */
export type Report = {
  readonly followed: readonly Followed[];
  readonly counted: number;
  readonly fromCommitMs: Latency;
  readonly fromDueMs: Latency;
  readonly processorSeconds: number;
};

const Data = z.object({ url: z.string(), cookie: z.string(), ibans: z.array(z.string()) });
const Asked = z.enum(['begin', 'report']);

/** So many connect at once: a handshake has a time limit, and they share the processors with the endpoint. */
const connectAtOnce = 25;

const fromCommit = createHistogram();
const fromDue = createHistogram();
let begun = process.threadCpuUsage();

/** The description of a transfer that counts is when it was due. */
const receive = ({ changedAt, description }: Delivery): void => {
  const dueMs = Number(description);
  if (Number.isNaN(dueMs)) return;
  const nowMs = performance.timeOrigin + performance.now();
  fromCommit.record(microsecondsOf(nowMs - changedAt));
  fromDue.record(microsecondsOf(nowMs - dueMs));
};

const openAll = async ({ url, cookie, ibans }: z.output<typeof Data>): Promise<readonly Subscriber[]> => {
  const subscribers: Subscriber[] = [];
  const onEnd = (reason: string): never => {
    throw new Error(`a subscription ended: ${reason}`);
  };
  for (let at = 0; at < ibans.length; at += connectAtOnce) {
    const next = ibans.slice(at, at + connectAtOnce);
    subscribers.push(...(await Promise.all(next.map(iban => Subscriber.open({ url, cookie, iban, onDelivery: receive, onEnd })))));
  }
  return subscribers;
};

const subscribers = await openAll(Data.parse(workerData));

const report = (): Report => {
  const { user, system } = process.threadCpuUsage(begun);
  return {
    followed: subscribers.map(({ followed }) => followed),
    counted: fromCommit.count,
    fromCommitMs: latencyOf(fromCommit),
    fromDueMs: latencyOf(fromDue),
    processorSeconds: (user + system) / 1e6,
  };
};

parentPort?.on('message', (question: unknown) => {
  if (Asked.parse(question) === 'begin') {
    fromCommit.reset();
    fromDue.reset();
    begun = process.threadCpuUsage();
  }
  parentPort?.postMessage(report());
});
parentPort?.postMessage(report());
