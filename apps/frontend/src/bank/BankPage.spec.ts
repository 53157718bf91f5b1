import { company } from '@bank/topology';
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import type { Following, LiveConnection } from '../live/connection.ts';
import { appWith, silence, type Bank } from '../testing/bank.ts';
import BankPage from './BankPage.vue';

type Me = { username: string; role: 'CLIENT' | 'EMPLOYEE'; account: null } | null;
const totals = { accounts: 2, money: '100000000000000000', transfersPerSecond: 0.4, conservation: 'HOLDING', problem: null };
const account = { cursor: 'first', node: { iban: company.iban, balance: '12300', changedAt: '2026-01-02T03:04:05.678Z' } };

const bankWith = (me: Me, more: Record<string, unknown> = {}): Bank => ({ operation }) => {
  if (operation === 'Me') return { me };
  if (operation === 'Totals') return { totals: { ...totals, ...more } };
  return { accounts: { edges: [account], pageInfo: { hasNextPage: false } } };
};
const employee: Me = { username: 'employee', role: 'EMPLOYEE', account: null };

/** Frames are drawn when the spec says so. */
let frames: FrameRequestCallback[] = [];
const draw = async (): Promise<void> => {
  for (const frame of frames.splice(0)) frame(0);
  await flushPromises();
};

const show = async (bank: Bank): Promise<{ page: VueWrapper; arrive: (balance: string) => void }> => {
  let current: Following<unknown, Record<string, unknown>> | undefined;
  const live: LiveConnection = {
    ...silence(),
    follow(following) {
      current = following as unknown as typeof current;
      return () => undefined;
    },
  };
  const { install, session } = appWith(bank, live);
  const page = mount(defineComponent(() => () => h(BankPage)), { global: { plugins: [{ install }] }, attachTo: document.body });
  await session.refresh();
  await vi.dynamicImportSettled();
  await flushPromises();
  const arrive = (newBalance: string): void => {
    const node = {
      id: newBalance, iban: company.iban, changedBy: '100', newBalance, fromTo: 'cash', description: '',
      changedAt: '2026-01-02T03:04:06.000Z', transferId: null,
    };
    current?.onData({ allTransactions: { cursor: newBalance, node } });
  };
  return { page, arrive };
};

describe('the bank page', () => {
  beforeEach(() => {
    frames = [];
    vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
    vi.stubGlobal('cancelAnimationFrame', () => undefined);
  });
  afterEach(() => {
    document.body.innerHTML = '';
    vi.unstubAllGlobals();
  });

  it('leads a visitor to the log-in', async () => {
    const { page } = await show(bankWith(null));
    expect(page.text()).toContain('For people who work at the bank');
    expect(page.get('a').text()).toBe('Log in');
  });

  it('tells a client that it is not for clients, and asks the bank for nothing', async () => {
    const bank = vi.fn(bankWith({ username: 'somebody', role: 'CLIENT', account: null }));
    const { page } = await show(bank);
    expect(page.text()).toContain('You are logged in as somebody, who is a client');
    expect(bank.mock.calls.map(([{ operation }]) => operation)).toEqual(['Me']);
  });

  it('shows an employee the totals and all accounts', async () => {
    const { page } = await show(bankWith(employee));
    expect(page.get('[data-testid="total-accounts"]').text()).toBe('2');
    expect(page.get('[data-testid="conservation"]').text()).toContain('Money is conserved');
    expect(page.get('[data-testid="account-balance"]').text()).toContain('123.00');
  });

  it('says in an alert what is wrong when money is not conserved', async () => {
    const { page } = await show(bankWith(employee, { conservation: 'BROKEN', problem: 'a cent is missing' }));
    expect(page.get('[data-testid="conservation"] [role="alert"]').text()).toBe('A cent is missing.');
  });

  it('draws what came in a burst at the next frame, once', async () => {
    const { page, arrive } = await show(bankWith(employee));
    arrive('12400');
    arrive('12500');
    expect(frames).toHaveLength(1);
    expect(page.get('[data-testid="account-balance"]').text()).toContain('123.00');
    await draw();
    expect(page.get('[data-testid="account-balance"]').text()).toContain('125.00');
    expect(page.findAll('[data-testid="feed-row"]')).toHaveLength(2);
  });

  it('stands still while it is paused', async () => {
    const { page, arrive } = await show(bankWith(employee));
    const pause = page.findAll('button').find(button => button.text().startsWith('Pause'));
    await pause?.trigger('click');
    arrive('12400');
    await draw();
    expect(page.findAll('[data-testid="feed-row"]')).toHaveLength(0);
    await pause?.trigger('click');
    await draw();
    expect(page.findAll('[data-testid="feed-row"]')).toHaveLength(1);
  });
});
