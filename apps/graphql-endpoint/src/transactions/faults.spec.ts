/** What stands on balance_changed is not always what it should be: what clients see then, and what those who run the bank are told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, commandIdOf, ibanOf, type Iban } from '@bank/topology';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { accountOf, followTransactions, logIn, nextBalances } from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';
import { sendAsVersionOne } from '../testing/version-one.ts';

const resources = new AsyncDisposableStack();
let setting: Setting;
let endpoint: Program;
let browser: Browser;

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
  browser = resources.use(new Browser(endpoint.url));
  await logIn(browser, employee);
});
afterAll(() => resources.disposeAsync());

let accounts = 0;
const newIban = (): Iban => ibanOf(`05${String((accounts += 1)).padStart(8, '0')}`);

type Event = { readonly version: bigint; readonly balance?: bigint; readonly description?: string; readonly id?: number };

const send = async (iban: Iban, ...events: readonly Event[]): Promise<void> => {
  await setting.bank.send(events.map(({ version, balance = version, description = 'deposit', id = Number(version) }) => ({
    topic: 'balance_changed' as const,
    key: iban,
    record: {
      type: 'BalanceChanged' as const,
      value: {
        iban, new_balance: balance, changed_by: 1n, from_to: 'cash', description, version,
        transfer_id: bytesOf(commandIdOf(Uint8Array.from({ length: 16 }, () => id))), changed_at: new Date(1_738_324_800_000),
      },
    },
  })));
};

const balanceOf = async (iban: Iban): Promise<string | undefined> => (await accountOf(browser, iban))?.balance;
const metric = async (name: string): Promise<number> => {
  const metrics = await (await fetch(`${endpoint.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
};

describe('a version that is missing', () => {
  it('holds up its account until it comes, and no other', async () => {
    const [gapped, other] = [newIban(), newIban()];
    const stream = followTransactions(browser, gapped, '');
    await send(gapped, { version: 1n }, { version: 3n }, { version: 4n });
    await send(other, { version: 1n });
    await eventually(() => balanceOf(other), balance => balance === '1');
    expect(await nextBalances(stream, 1)).toEqual(['1']);
    expect(await balanceOf(gapped)).toBe('1');
    await send(gapped, { version: 2n });
    expect(await nextBalances(stream, 3)).toEqual(['2', '3', '4']);
    expect(await balanceOf(gapped)).toBe('4');
  });
});

describe('a producer of version 1', () => {
  it('is read: its events are taken in the order of the log, and happened when they were written', async () => {
    const iban = newIban();
    const stream = followTransactions(browser, iban, '');
    const before = Date.now();
    const event = (newBalance: bigint, changedBy: bigint): Parameters<typeof sendAsVersionOne>[1][number] => ({
      iban, newBalance, changedBy, fromTo: 'cash', description: 'as in 2019',
    });
    await sendAsVersionOne(setting.env, [event(100n, 100n), event(50n, -50n)]);
    expect(await nextBalances(stream, 2)).toEqual(['100', '50']);
    await sendAsVersionOne(setting.env, [event(50n, -50n), event(75n, 25n)]);
    // The same event twice is two events: without a version nothing tells them apart.
    expect(await nextBalances(stream, 2)).toEqual(['50', '75']);
    const account = await browser.get<{ readonly account: { readonly changedAt: string; readonly transactions: { readonly edges: readonly unknown[] } } }>(
      'query($iban: Iban!) { account(iban: $iban) { changedAt transactions { edges { node { changedAt transferId } } } } }',
      { iban },
    );
    expect(Date.parse(account.account.changedAt)).toBeGreaterThanOrEqual(before);
    expect(account.account.transactions.edges).toHaveLength(4);
    expect(account.account.transactions.edges).toMatchObject([{ node: { transferId: null } }, {}, {}, {}]);
  });
});

describe('an event that comes twice', () => {
  it('is one transaction, and no contradiction', async () => {
    const iban = newIban();
    const before = await metric('endpoint_events_contradicting_total');
    await send(iban, { version: 1n }, { version: 2n }, { version: 1n }, { version: 2n }, { version: 3n });
    await eventually(() => balanceOf(iban), balance => balance === '3');
    expect((await accountOf(browser, iban))?.transactions.edges).toHaveLength(3);
    expect(await metric('endpoint_events_contradicting_total')).toBe(before);
  });
});

describe('an event that contradicts another', () => {
  it('stops its account, with an alarm, and no other', async () => {
    const [stopped, other] = [newIban(), newIban()];
    const [contradicting, before] = [await metric('endpoint_events_contradicting_total'), await metric('endpoint_accounts_stopped')];
    await send(stopped, { version: 1n }, { version: 2n }, { version: 2n, balance: 1_000_000n }, { version: 3n });
    await send(other, { version: 1n });
    await eventually(() => balanceOf(other), balance => balance === '1');
    await eventually(() => balanceOf(stopped), balance => balance === '2');
    expect((await accountOf(browser, stopped))?.transactions.edges.map(({ node }) => node.newBalance)).toEqual(['2', '1']);
    await eventually(() => metric('endpoint_events_contradicting_total'), count => count === contradicting + 1);
    await eventually(() => metric('endpoint_accounts_stopped'), count => count === before + 1);
    const alarmIn = (output: string): string | undefined =>
      output.split('\n').find(line => line.includes('its account is stopped') && line.includes(stopped));
    const alarm = await eventually(async () => alarmIn(await endpoint.output()), line => line !== undefined);
    expect(alarm).toContain('"version":"2"');
    expect(alarm).toContain('another event bears the same version');
  });
});
