import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, commandHeaders, commandIdOf, ibanOf, type CommandId } from '@bank/topology';
import { newId } from '../testing/answers.ts';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { recordsOf, type Logged } from '../testing/log.ts';
import {
  accountOf, askTransfer, deposit, lifeOf, logIn, openOwnAccount, transactionsOf, transfer, type Life, type RecordPlace,
} from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

type Client = { readonly browser: Browser; readonly iban: string };

const resources = new AsyncDisposableStack();
let setting: Setting;
let url: string;
let anna: Client;
let ben: Client;
let carol: Client;
let clerk: Browser;

beforeAll(async () => {
  setting = resources.use(await createSetting());
  url = (await setting.start()).url;
  const enter = async (): Promise<Client> => {
    const browser = new Browser(url);
    return { browser, iban: await openOwnAccount(browser) };
  };
  [anna, ben, carol] = [await enter(), await enter(), await enter()];
  clerk = new Browser(url);
  await logIn(clerk, employee);
  // Both have balances that nobody could take for the other's.
  await setting.bank.pay(anna.iban, 777_123n);
  await setting.bank.pay(ben.iban, 888_456n);
  await eventually(() => accountOf(ben.browser, ben.iban), account => account?.balance === '888456');
});
afterAll(() => resources.disposeAsync());

/** Where a record stands, as the API is to say it. */
const placeOf = ({ raw: { topic, partition, offset, timestampMs } }: Logged): RecordPlace => ({
  topic, partition, offset: String(offset), writtenAt: new Date(timestampMs).toISOString(),
});

const placeOn = (records: readonly Logged[], topic: Logged['topic']): RecordPlace | undefined =>
  records.filter(record => record.topic === topic).map(placeOf)[0];

/**
 * A life once all of it is there. A transfer is confirmed to its sender as soon as the sender's change can be read; the answer's own row and
 * the receiver's change come from other partitions, a moment sooner or later.
 */
const whole = (browser: Browser, id: string, changes: number): Promise<Life | null> =>
  eventually(() => lifeOf(browser, id), life => life?.changes.length === changes && life.feedback !== null);

/** Sends a transfer from Anna to Ben, and gives Anna's own id of it, and the one on Kafka. */
const sendLunch = async (): Promise<{ readonly own: string; readonly onKafka: string }> => {
  const own = randomUUID();
  expect(await transfer(anna.browser, { id: own, to: ben.iban, amount: '2500', description: 'lunch' })).toMatchObject({ __typename: 'Confirmed' });
  const [newest] = await transactionsOf(anna.browser, anna.iban);
  if (newest?.transferId === null || newest === undefined) throw new Error('the newest transaction says no transfer');
  const onKafka = newest.transferId;
  await whole(clerk, onKafka, 2);
  return { own, onKafka };
};

const changedIbans = (life: Life | null): readonly string[] | undefined => life?.changes.map(({ transaction }) => transaction.iban);

describe('the life of a transfer', () => {
  it('is what stands on Kafka: the command, the answer and both changes, with places and times', async () => {
    const { onKafka } = await sendLunch();
    const records = await recordsOf(setting.env, onKafka, 4);
    const life = await lifeOf(clerk, onKafka);
    const [feedback] = records.filter(({ topic }) => topic === 'money_transfer_feedback');
    const settledAtMs = Number(feedback?.raw.headers[commandHeaders.settledAt]?.[0]);
    expect(settledAtMs).toBeGreaterThan(0);
    expect(life).toMatchObject({
      id: onKafka, status: 'CONFIRMED', reason: null, amount: '2500', from: anna.iban, to: ben.iban, description: 'lunch',
      command: placeOn(records, 'confirm_money_transfer'),
      settledAt: new Date(settledAtMs).toISOString(),
      feedback: placeOn(records, 'money_transfer_feedback'),
    });
    const changes = records.flatMap(record =>
      record.topic === 'balance_changed'
        ? [{ iban: record.record.value.iban, changedBy: String(record.record.value.changed_by), record: placeOf(record) }]
        : []);
    expect(changes).toHaveLength(2);
    const told = life?.changes.map(({ transaction: { iban, changedBy }, record }) => ({ iban, changedBy, record })) ?? [];
    // What left comes first.
    expect(told.map(({ changedBy }) => changedBy)).toEqual(['-2500', '2500']);
    expect(told).toEqual(expect.arrayContaining(changes));
  });

  it('is told to the sender by either id, to the receiver, and to an employee', async () => {
    const { own, onKafka } = await sendLunch();
    const known = { id: onKafka, status: 'CONFIRMED', amount: '2500', from: anna.iban, to: ben.iban, description: 'lunch' };
    for (const life of [await lifeOf(anna.browser, own), await lifeOf(anna.browser, own.toUpperCase()), await lifeOf(anna.browser, onKafka)]) {
      expect(life).toMatchObject(known);
      expect(changedIbans(life)).toEqual([anna.iban]);
    }
    expect(await lifeOf(ben.browser, onKafka)).toMatchObject(known);
    expect(changedIbans(await lifeOf(ben.browser, onKafka))).toEqual([ben.iban]);
    expect(changedIbans(await lifeOf(clerk, onKafka))).toEqual([anna.iban, ben.iban]);
  });

  it('is told to nobody else, whichever id they have', async () => {
    const { own, onKafka } = await sendLunch();
    expect(await lifeOf(carol.browser, onKafka)).toBeNull();
    for (const browser of [carol.browser, ben.browser, clerk]) expect(await lifeOf(browser, own)).toBeNull();
    await expect(lifeOf(new Browser(url), onKafka)).rejects.toThrow('UNAUTHENTICATED');
  });

  it('never tells one party the balance of the other', async () => {
    const { onKafka } = await sendLunch();
    const [annas, bens] = [await accountOf(anna.browser, anna.iban), await accountOf(ben.browser, ben.iban)];
    const [toAnna, toBen] = [JSON.stringify(await lifeOf(anna.browser, onKafka)), JSON.stringify(await lifeOf(ben.browser, onKafka))];
    expect(toAnna).toContain(`"${String(annas?.balance)}"`);
    expect(toAnna).not.toContain(String(bens?.balance));
    expect(toBen).toContain(`"${String(bens?.balance)}"`);
    expect(toBen).not.toContain(String(annas?.balance));
  });

  it('that ended in a refusal tells the reason, to the sender and to employees only', async () => {
    const own = randomUUID();
    expect(await transfer(anna.browser, { id: own, to: ben.iban, amount: '99000000', description: 'a boat' })).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    const life = await whole(anna.browser, own, 0);
    expect(life).toMatchObject({ status: 'REFUSED', reason: 'insufficient funds', amount: '99000000', to: ben.iban, description: 'a boat', changes: [] });
    const records = await recordsOf(setting.env, life?.id ?? '', 2);
    expect(life).toMatchObject({ command: placeOn(records, 'confirm_money_transfer'), feedback: placeOn(records, 'money_transfer_feedback') });
    expect(life?.settledAt).not.toBeNull();
    expect(await lifeOf(clerk, life?.id ?? '')).toEqual(life);
    for (const { browser } of [ben, carol]) expect(await lifeOf(browser, life?.id ?? '')).toBeNull();
  });

  it('is pending while the bank has not answered: the sender knows what it is about, the receiver nothing', async () => {
    const own = randomUUID();
    setting.bank.fallSilent();
    try {
      const answer = askTransfer(anna.browser, { id: own, to: ben.iban, amount: '100', description: 'later' });
      const life = await eventually(() => lifeOf(anna.browser, own), found => found !== null);
      expect(life).toMatchObject({
        status: 'PENDING', reason: null, amount: '100', from: anna.iban, to: ben.iban, description: 'later',
        command: null, settledAt: null, feedback: null, changes: [],
      });
      expect(await lifeOf(ben.browser, life?.id ?? '')).toBeNull();
      setting.bank.speak();
      await answer;
      expect(await whole(anna.browser, own, 1)).toMatchObject({ status: 'CONFIRMED', feedback: { topic: 'money_transfer_feedback' } });
    } finally {
      setting.bank.speak();
    }
  });

  it('of a deposit begins with cash', async () => {
    const own = randomUUID();
    await deposit(anna.browser, { id: own, amount: '5000' });
    const life = await lifeOf(anna.browser, own);
    expect(life).toMatchObject({ status: 'CONFIRMED', amount: '5000', from: 'cash', to: anna.iban });
    expect(life?.changes).toMatchObject([{ transaction: { iban: anna.iban, changedBy: '5000' } }]);
  });
});

describe('the life of a transfer that no user here sent', () => {
  /** Both changes of a transfer, without a word about its command. */
  const sendChanges = async (from: Client, to: Client): Promise<CommandId> => {
    const id = newId();
    const { bank } = setting;
    await bank.send([bank.change(from.iban, -300n, to.iban, 'from elsewhere', id), bank.change(to.iban, 300n, from.iban, 'from elsewhere', id)]);
    await eventually(() => lifeOf(clerk, id), life => life?.changes.length === 2);
    return id;
  };

  it('is told by its changes, to both parties and to employees', async () => {
    const id = await sendChanges(ben, carol);
    const known = {
      id, status: 'CONFIRMED', amount: '300', from: ben.iban, to: carol.iban, description: 'from elsewhere', command: null, settledAt: null, feedback: null,
    };
    for (const browser of [ben.browser, carol.browser, clerk]) expect(await lifeOf(browser, id)).toMatchObject(known);
    expect(await lifeOf(anna.browser, id)).toBeNull();
  });

  it('that was refused is told to employees only, without what only the command knows', async () => {
    const id = newId();
    const value = { id: bytesOf(id), reason: 'invalid token' };
    await setting.bank.send([{ topic: 'money_transfer_feedback', key: id, record: { type: 'MoneyTransferFailed', value } }]);
    expect(await eventually(() => lifeOf(clerk, id), life => life !== null)).toMatchObject({
      status: 'REFUSED', reason: 'invalid token', amount: null, from: null, to: null, description: null, command: null, settledAt: null, changes: [],
    });
    expect(await lifeOf(anna.browser, id)).toBeNull();
  });

  it('tells nothing that the headers of its answer make up', async () => {
    const id = newId();
    const headers = {
      [commandHeaders.topic]: 'confirm_money_transfer', [commandHeaders.partition]: '99999999999', [commandHeaders.offset]: '-1',
      [commandHeaders.timestamp]: 'yesterday', [commandHeaders.settledAt]: '9'.repeat(18),
    };
    const record = { type: 'MoneyTransferConfirmed', value: { id: bytesOf(id) } } as const;
    await setting.bank.send([{ topic: 'money_transfer_feedback', key: id, headers, record }]);
    expect(await eventually(() => lifeOf(clerk, id), life => life !== null)).toMatchObject({ status: 'CONFIRMED', command: null, settledAt: null });
  });

  it('is null when nothing is known of it', async () => {
    for (const browser of [anna.browser, clerk]) expect(await lifeOf(browser, commandIdOf(new Uint8Array(16)))).toBeNull();
    expect(await accountOf(clerk, ibanOf('0999999999'))).toBeNull();
  });
});
