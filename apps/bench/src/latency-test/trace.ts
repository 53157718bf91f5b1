/** Where the time of one click goes, as the headers and times of its records tell. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { company } from '@bank/topology';
import type { Client } from '../bank/client.ts';
import type { Clicked, ShownClick } from './account-page.ts';

/** How long each step took, in milliseconds; the bank tells its times in whole ones, so that a step may come out a little below zero. */
export type Trace = {
  readonly kind: Clicked['kind'];
  readonly latencyMs: number;
  readonly tookMs: {
    /** From when it was due to the click in the page. */
    readonly click: number;
    /** To the command's record: HTTP, GraphQL, the command stored. */
    readonly command: number;
    /** Until the handler settled it. */
    readonly settled: number;
    /** Until it was committed, and the change of the balance written. */
    readonly changed: number;
    /** Until the new balance stands in the list: Kafka, the projection, the live stream, the page. */
    readonly shown: number;
    /** From the settlement to the feedback: beside `changed`, and no part of the sum. */
    readonly feedback: number;
  };
};

const lifeQuery = `query($id: ID!) {
  transfer(id: $id) { command { writtenAt } settledAt feedback { writtenAt } changes { transaction { iban } record { writtenAt } } }
}`;
const Moment = z.iso.datetime().transform(text => Date.parse(text));
const Place = z.object({ writtenAt: Moment });
const Change = z.object({ transaction: z.object({ iban: z.string() }), record: Place });
const Life = z.object({ transfer: z.object({ command: Place, settledAt: Moment, feedback: Place, changes: z.array(Change) }) });

/** The endpoint reads the bank's answer beside the change, and may be behind with it. */
const patienceMs = 30_000;
const askAgainMs = 100;

/**
 * Asks the bank for the life of a click's transfer.
 *
 * @param client the one who clicked
 * @throws Error when it is not told in time
 */
export const traceOf = async (client: Client, { kind, dueMs, clickedMs, shownMs, transferId }: ShownClick): Promise<Trace> => {
  const { command, settledAt, feedback, changed } = await lifeOf(client, transferId);
  return {
    kind,
    latencyMs: shownMs - dueMs,
    tookMs: {
      click: clickedMs - dueMs,
      command: command.writtenAt - clickedMs,
      settled: settledAt - command.writtenAt,
      changed: changed.writtenAt - settledAt,
      shown: shownMs - changed.writtenAt,
      feedback: feedback.writtenAt - settledAt,
    },
  };
};

type Written = z.output<typeof Place>;

const lifeOf = async (client: Client, id: string): Promise<{ command: Written; settledAt: number; feedback: Written; changed: Written }> => {
  const signal = AbortSignal.timeout(patienceMs);
  for (;;) {
    const { answer } = await client.send(lifeQuery, { id });
    const life = Life.safeParse(answer?.data).data?.transfer;
    // The company's account, which everybody may see, is not the one whose row was waited for.
    const change = life?.changes.find(({ transaction: { iban } }) => iban !== company.iban);
    if (life && change) return { ...life, changed: change.record };
    if (signal.aborted) throw new Error(`the life of transfer ${id} is not whole: ${JSON.stringify(answer)}`);
    await delay(askAgainMs);
  }
};

/** Of each kind of click the one whose latency is in the middle: what a usual one is like. */
export const usualClicks = (clicks: readonly Clicked[]): readonly ShownClick[] => {
  const shown = clicks.filter(click => !click.isMiss);
  return [...Map.groupBy(shown, ({ kind }) => kind).values()].map(ofKind => {
    const sorted = ofKind.toSorted((one, other) => one.shownMs - one.dueMs - (other.shownMs - other.dueMs));
    return sorted[Math.floor((sorted.length - 1) / 2)];
  }).filter(click => click !== undefined);
};
