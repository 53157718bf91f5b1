import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Received } from '@bank/messaging';
import { company, type CommandId } from '@bank/topology';
import { change, confirmation, newId, opening, personal, refusal, times, unreadable } from '../testing/answers.ts';
import { Browser } from '../testing/browser.ts';
import { askTransfer, followFlow, nextFlowEvent, openOwnAccount, type FlowEvent as ToldEvent } from '../testing/operations.ts';
import { createSetting, type Setting } from '../testing/setting.ts';
import type { AnswerTopic } from './answers.ts';
import { Flow, type FlowEvent } from './flow.ts';

/** A flow that is watched, and whose clock is the test's; `seen` gathers what it shows, with when. */
const startWatching = () => {
  const clock = { nowMs: 1_000_000 };
  const flow = new Flow(() => clock.nowMs);
  const seen: (FlowEvent & { readonly shownAtMs: number })[] = [];
  const watch = async (): Promise<void> => {
    for await (const event of flow.watch()) seen.push({ ...event, shownAtMs: clock.nowMs });
  };
  void watch();
  /** Lets the flow hear something, and the watcher take all that it shows of it. */
  const hear = async (received: readonly Received<AnswerTopic>[]): Promise<void> => {
    flow.hear(received);
    await nextTurn();
  };
  const steps = (): readonly string[] => seen.map(({ step }) => step);
  return { clock, flow, seen, hear, steps };
};

const confirmed = (id: CommandId): readonly Received<AnswerTopic>[] => [confirmation(id), change(id), change(id)];

describe('the flow', () => {
  it('shows a command’s steps in their order, each with the time at which it happened, as one journey', async () => {
    const { seen, hear } = startWatching();
    await hear(confirmed(personal.id));
    expect(seen.map(({ kind, step, at }) => ({ kind, step, ms: at.getTime() }))).toEqual([
      { kind: 'TRANSFER', step: 'COMMAND', ms: times.commandMs },
      { kind: 'TRANSFER', step: 'SETTLED', ms: times.settledMs },
      { kind: 'TRANSFER', step: 'CONFIRMED', ms: times.writtenMs },
      { kind: 'TRANSFER', step: 'BALANCE_CHANGED', ms: times.writtenMs },
      { kind: 'TRANSFER', step: 'BALANCE_CHANGED', ms: times.writtenMs },
    ]);
    expect(new Set(seen.map(({ journey }) => journey)).size).toBe(1);
  });

  it('shows what was written at a time that cannot be told as of 1970', async () => {
    const { seen, hear } = startWatching();
    const written = confirmation(personal.id);
    // One millisecond more than a Date can tell.
    Object.assign(written.raw, { timestampMs: 8_640_000_000_000_001 });
    await hear([written]);
    expect(seen.at(-1)?.at).toEqual(new Date(0));
  });

  it('shows a change that came before its feedback behind it', async () => {
    const { hear, steps } = startWatching();
    await hear([change(personal.id)]);
    await hear([confirmation(personal.id), change(personal.id)]);
    expect(steps()).toEqual(['COMMAND', 'SETTLED', 'CONFIRMED', 'BALANCE_CHANGED', 'BALANCE_CHANGED']);
  });

  it('shows how a transfer was refused, and how an account was opened', async () => {
    const { seen, hear } = startWatching();
    await hear([refusal(), opening()]);
    expect(seen.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'TRANSFER COMMAND', 'TRANSFER SETTLED', 'TRANSFER REFUSED',
      'ACCOUNT_OPENING COMMAND', 'ACCOUNT_OPENING SETTLED', 'ACCOUNT_OPENING CONFIRMED',
    ]);
    expect(new Set(seen.map(({ journey }) => journey)).size).toBe(2);
  });

  it('shows a command once, however often its feedback and its changes come', async () => {
    const { clock, hear, steps } = startWatching();
    await hear([...confirmed(personal.id), ...confirmed(personal.id)]);
    clock.nowMs += 1_000;
    await hear([...confirmed(personal.id), refusal()]);
    expect(steps().filter(step => step === 'CONFIRMED')).toHaveLength(1);
    expect(steps().filter(step => step === 'BALANCE_CHANGED')).toHaveLength(2);
  });

  it('shows no change that belongs to no command of it, nor what cannot be read', async () => {
    const { hear, steps } = startWatching();
    await hear([change(null), change(newId()), unreadable(), refusal()]);
    expect(steps()).toEqual(['COMMAND', 'SETTLED', 'REFUSED']);
  });

  it('shows no change that comes long after its command', async () => {
    const { clock, hear, steps } = startWatching();
    await hear([confirmation(personal.id)]);
    clock.nowMs += 2_000;
    await hear([change(personal.id), refusal()]);
    expect(steps()).not.toContain('BALANCE_CHANGED');
  });

  it('tells nothing about anybody', async () => {
    const { seen, hear } = startWatching();
    await hear([...confirmed(personal.id), refusal(), opening()]);
    for (const event of seen) expect(Object.keys(event).sort()).toEqual(['at', 'journey', 'kind', 'shownAtMs', 'step']);
    const told = JSON.stringify(seen);
    for (const secret of Object.values(personal)) expect(told).not.toContain(String(secret));
    expect(seen.map(({ journey }) => journey)).not.toContain(personal.id);
  });
});

describe('a flood', () => {
  /** A hundred transfers every 50 ms for ten seconds; the changes of each come with the feedback of the next ones. */
  const watchFlood = async () => {
    const { clock, seen, hear } = startWatching();
    let before: readonly CommandId[] = [];
    for (let round = 0; round < 200; round += 1) {
      const ids = Array.from({ length: 100 }, newId);
      await hear([...ids.map(id => confirmation(id)), ...before.flatMap(id => [change(id), change(id)])]);
      before = ids;
      clock.nowMs += 50;
    }
    await hear(before.flatMap(id => [change(id), change(id)]));
    return seen;
  };

  it('is shown as at most 20 events in any second', async () => {
    const shownAtMs = (await watchFlood()).map(event => event.shownAtMs);
    expect(shownAtMs.length).toBeGreaterThan(100);
    for (const from of shownAtMs) expect(shownAtMs.filter(atMs => atMs >= from && atMs < from + 1_000).length).toBeLessThanOrEqual(20);
  });

  it('is shown by commands that have all their steps', async () => {
    const journeys = Map.groupBy(await watchFlood(), ({ journey }) => journey);
    for (const events of journeys.values()) {
      expect(events.map(({ step }) => step)).toEqual(['COMMAND', 'SETTLED', 'CONFIRMED', 'BALANCE_CHANGED', 'BALANCE_CHANGED']);
    }
  });
});

describe('a watcher', () => {
  it('sees the same as another, from when it came', async () => {
    const { flow, seen, hear } = startWatching();
    await hear([refusal()]);
    const late = flow.watch();
    const first = late.next();
    await hear([refusal()]);
    expect((await first).value).toMatchObject({ journey: seen[3]?.journey, step: 'COMMAND' });
    await late.return?.();
  });

  it('that takes nothing for long misses what is old, and gets the newest', async () => {
    const { clock, flow, seen, hear } = startWatching();
    const idle = flow.watch();
    const first = idle.next();
    for (let round = 0; round < 20; round += 1) {
      await hear([refusal()]);
      clock.nowMs += 1_000;
    }
    await first;
    const rest: unknown[] = [];
    // Those that it was about to take when it took nothing more are two.
    while (rest.length < 2 + 20) rest.push((await idle.next()).value);
    expect(rest.slice(2)).toMatchObject(seen.slice(-20).map(({ journey, step }) => ({ journey, step })));
    await idle.return?.();
  });
});

describe('the flow over the API', () => {
  let setting: Setting;
  let url: string;
  const resources = new AsyncDisposableStack();

  beforeAll(async () => {
    setting = resources.use(await createSetting());
    url = (await setting.start({ TRANSFERS_PER_USER_AND_10_SECONDS: '100000' })).url;
  });
  afterAll(() => resources.disposeAsync());

  it('shows a visitor a client’s transfer, step by step, and nothing more', async () => {
    await using visitor = new Browser(url);
    await using client = new Browser(url);
    await openOwnAccount(client);
    const stream = followFlow(visitor);
    // That the stream has begun can only be seen by what it gives: so money is moved until it has given enough.
    const enough = new AbortController();
    const moving = (async () => {
      while (!enough.signal.aborted) await askTransfer(client, { to: company.iban, amount: '1', description: 'nobody is to see this' });
    })();
    const events: ToldEvent[] = [];
    while (events.length < 50) events.push(await nextFlowEvent(stream));
    enough.abort();
    await moving;
    expect(JSON.stringify(events)).not.toMatch(/OPEN\d|nobody is to see/);
    // The account's opening is among them when the bank is asked for the token twice.
    const ofTransfers = events.filter(({ kind }) => kind === 'TRANSFER');
    // The first may have been joined, and the last be left, in the middle.
    const journeys = [...Map.groupBy(ofTransfers, ({ journey }) => journey).values()].slice(1, -2);
    expect(journeys.length).toBeGreaterThan(3);
    for (const journey of journeys) {
      expect(journey.map(({ step }) => step)).toEqual(['COMMAND', 'SETTLED', 'CONFIRMED', 'BALANCE_CHANGED', 'BALANCE_CHANGED']);
      const [written = '', settled = '', answered = ''] = journey.map(({ at }) => at);
      expect([written, settled, answered].toSorted()).toEqual([written, settled, answered]);
    }
  });
});
