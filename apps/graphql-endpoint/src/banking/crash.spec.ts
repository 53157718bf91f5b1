import { randomInt, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPool } from '@bank/service/database';
import { runProgram, type Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { doomOf, startDoomed, type Death } from '../testing/doomed.ts';
import { eventually } from '../testing/eventually.ts';
import {
  accountOf, commandOutcome, deposit, logIn, me, newName, openAccount, openOwnAccount, password, transfer, type Outcome,
} from '../testing/operations.ts';
import { createSetting, type Setting } from '../testing/setting.ts';
import { commandSteps, openingSteps } from './steps.ts';

// Each test starts up to four endpoints.
vi.setConfig({ testTimeout: 180_000 });

/** The group notices soon that a member is dead. */
const session = { KAFKA_SESSION_TIMEOUT_MS: '1500' };
const killed = { code: null, signal: 'SIGKILL' };

let setting: Setting;
let living: Program;
let database: pg.Pool;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  const made = resources.use(await createSetting());
  setting = { ...made, start: (env, ...nodeOptions) => made.start({ ...session, ...env }, ...nodeOptions) };
  living = await setting.start();
  database = resources.adopt(createPool(setting.databaseUrl, { max: 2, onIdleError: () => undefined }), pool => pool.end());
});
afterAll(() => resources.disposeAsync());

const visit = (): Browser => new Browser(living.url);

type Kind = {
  readonly ask: (browser: Browser, of: { readonly id: string }) => Promise<Outcome | undefined>;
  readonly changedBy: string;
};

/** The same each time, but for the id. */
const kinds: readonly Kind[] = [
  { ask: deposit, changedBy: '10000' },
  { ask: transfer, changedBy: '-2500' },
];

/** What a client asked for, and has no answer to. */
type Asked = { readonly browser: Browser; readonly iban: string; readonly id: string; readonly kind: Kind };

/** Asks an endpoint that dies of it. The client's account is open already, and its token known to another. */
const askInVain = async (kind: Kind, death: Death): Promise<Asked> => {
  const [browser, id] = [visit(), randomUUID()];
  const [iban, doomed] = await Promise.all([openOwnAccount(browser), startDoomed(setting, death)]);
  await expect(kind.ask(browser.at(doomed.url), { id })).rejects.toThrow('fetch failed');
  expect(await doomed.exited).toEqual(killed);
  expect(await doomed.output()).toContain(`killed at ${String(death.at.name)}\n`);
  return { browser, iban, id, kind };
};

const repeat = ({ browser, id, kind }: Asked): Promise<Outcome | undefined> => kind.ask(browser, { id });

/** Lets ten seconds pass, as far as commands are concerned that were not answered. */
const becomeOverdue = ({ iban }: Asked): Promise<unknown> =>
  database.query(`update commands set sent_at = now() - interval '11 seconds' where $1 in (from_party, to_party)`, [iban]);

const expectDoneOnce = async ({ browser, iban, kind: { changedBy } }: Asked): Promise<void> => {
  // The change may be seen, and the client answered, before the feedback is projected.
  const stored = async (): Promise<readonly string[]> =>
    (await database.query<{ readonly status: string }>('select status from commands where $1 in (from_party, to_party)', [iban])).rows.map(({ status }) => status);
  expect(await eventually(stored, statuses => !statuses.includes('PENDING'))).toEqual(['CONFIRMED']);
  expect(await accountOf(browser, iban)).toMatchObject({ balance: changedBy, transactions: { edges: [{ node: { changedBy } }] } });
};

describe('an endpoint that dies', () => {
  it.each<[string, Death]>([
    ['when a command is stored', { at: commandSteps.stored }],
    ['when a command is about to be sent', { at: commandSteps.sending }],
    ['while a command is being sent', { at: commandSteps.sending, delayMs: randomInt(5) }],
    ['when Kafka has acknowledged a command', { at: commandSteps.acknowledged }],
    ['before it answers', { at: commandSteps.answering }],
  ])('%s leaves it to end once, be it repeated or not', async (_when, death) => {
    const asked = await Promise.all([...kinds, ...kinds].map(kind => askInVain(kind, death)));
    await Promise.all(
      asked.map(async (each, at) => {
        const confirmed = { __typename: 'Confirmed', commandId: each.id };
        if (at < kinds.length) {
          expect(await repeat(each)).toEqual(confirmed);
        } else {
          await becomeOverdue(each);
          expect(await eventually(() => commandOutcome(each.browser, each.id), outcome => outcome?.__typename !== 'Pending')).toEqual(confirmed);
        }
        expect(await repeat(each)).toEqual(confirmed);
        await expectDoneOnce(each);
      }),
    );
  });

  it('with the only token of a client leaves another to learn it', async () => {
    const doomed = await setting.start();
    const browser = new Browser(doomed.url);
    const iban = await openOwnAccount(browser);
    await transfer(browser);
    doomed.kill('SIGKILL');
    expect(await doomed.exited).toEqual(killed);
    const asked = { browser: browser.at(living.url), id: randomUUID() };
    expect(await transfer(asked.browser, asked)).toEqual({ __typename: 'Confirmed', commandId: asked.id });
    expect(await accountOf(asked.browser, iban)).toMatchObject({ balance: '-5000' });
  });
});

describe('an endpoint that dies while it opens an account', () => {
  /** Gives the name of a user who was not answered. */
  const openInVain = async (death: Death): Promise<string> => {
    const username = newName();
    const doomed = await startDoomed(setting, death);
    await expect(openAccount(new Browser(doomed.url), username)).rejects.toThrow('fetch failed');
    expect(await doomed.exited).toEqual(killed);
    return username;
  };

  /** Logs in, and moves money with the account that is there sooner or later. */
  const useAccount = async (username: string): Promise<void> => {
    const browser = visit();
    expect(await logIn(browser, { username, password })).toMatchObject({ __typename: 'LoggedIn', user: { username } });
    await eventually(() => me(browser), user => user?.account !== null);
    for (const { ask } of kinds) {
      expect(await ask(browser, { id: randomUUID() })).toMatchObject({ __typename: 'Confirmed' });
    }
    expect(await me(browser)).toMatchObject({ account: { balance: '7500' } });
  };

  it('leaves a user who logs in at another and has it, at whatever step', async () => {
    const usernames = await Promise.all(Object.values(openingSteps).map(at => openInVain({ at })));
    await Promise.all(
      usernames.map(async username => {
        expect(await openAccount(visit(), username)).toMatchObject({ code: 'USERNAME_TAKEN' });
        await useAccount(username);
      }),
    );
  });

  it('leaves it to be opened by another also when the user does not come back', async () => {
    const username = await openInVain({ at: openingSteps.stored });
    await database.query(`update users set creation_sent_at = now() - interval '11 seconds' where username = $1`, [username]);
    await eventually(
      () => database.query('select from users where username = $1 and iban is not null', [username]),
      ({ rowCount }) => rowCount === 1,
    );
    await useAccount(username);
  });

  it('leaves a user who can log in while the bank is down, and has it when the bank is back', async () => {
    setting.bank.fallSilent();
    try {
      const username = await openInVain({ at: openingSteps.stored });
      const entry = await logIn(visit(), { username, password });
      expect(entry).toMatchObject({ __typename: 'LoggedIn', user: { username, account: null } });
      setting.bank.speak();
      await useAccount(username);
    } finally {
      setting.bank.speak();
    }
  });
});

describe('an endpoint that dies while it sends again what another left', () => {
  it('leaves it to the next', async () => {
    const asked = await askInVain({ ask: transfer, changedBy: '-2500' }, { at: commandSteps.stored });
    await living[Symbol.asyncDispose]();
    await becomeOverdue(asked);
    const { env, nodeOptions } = doomOf({ at: commandSteps.sending });
    const doomed = await runProgram('graphql-endpoint', { env: { ...setting.env, ...session, ...env, PORT: '0' }, nodeOptions });
    expect(doomed).toMatchObject(killed);
    living = await setting.start();
    // Twice as long as the first time.
    await database.query(`update commands set sent_at = now() - interval '21 seconds' where status = 'PENDING'`);
    const after = { ...asked, browser: asked.browser.at(living.url) };
    await eventually(() => commandOutcome(after.browser, asked.id), outcome => outcome?.__typename === 'Confirmed');
    await expectDoneOnce(after);
  });
});

describe('the bank', () => {
  it('was asked for nothing else in all this', async () => {
    const { rows } = await database.query<{ readonly id: string }>(
      'select creation_id as id from users where creation_id is not null union all select id from commands',
    );
    expect(new Set(setting.bank.received)).toEqual(new Set(rows.map(({ id }) => id)));
  });
});
