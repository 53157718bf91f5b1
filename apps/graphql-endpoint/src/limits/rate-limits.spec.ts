import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { askDeposit, askTransfer, deposit, logIn, newName, openAccount, openOwnAccount, password } from '../testing/operations.ts';
import { createSetting, type Setting } from '../testing/setting.ts';

let setting: Setting;
let endpoint: Program;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
});
afterAll(() => resources.disposeAsync());

const visit = (): Browser => new Browser(endpoint.url);

const rateLimited = { __typename: 'Refused', code: 'RATE_LIMITED' };

describe('guessing a password', () => {
  it('is refused after ten wrong ones, and then the right one too, whether there is such a user or not', async () => {
    const username = newName();
    await openOwnAccount(visit(), username);
    for (const name of [username, newName()]) {
      const guesses = await Promise.all(Array.from({ length: 12 }, () => logIn(visit(), { username: name, password: 'a wrong password' })));
      const codes = guesses.map(guess => (guess.__typename === 'Refused' ? guess.code : guess.__typename));
      expect(codes.filter(code => code === 'WRONG_CREDENTIALS')).toHaveLength(10);
      expect(codes.filter(code => code === 'RATE_LIMITED')).toHaveLength(2);
    }
    const browser = visit();
    expect(await logIn(browser, { username, password })).toMatchObject(rateLimited);
    expect(Number(browser.retryAfter)).toBeGreaterThanOrEqual(1);
    expect(Number(browser.retryAfter)).toBeLessThanOrEqual(60);
  });

  it('is guessing only when it is wrong', async () => {
    const username = newName();
    await openOwnAccount(visit(), username);
    for (let time = 0; time < 12; time += 1) {
      expect(await logIn(visit(), { username, password })).toMatchObject({ __typename: 'LoggedIn' });
    }
  });

  it('by changing the password counts as well', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    const query = `mutation { changePassword(current: "a wrong password", new: "${password}") { ... on Refused { code retryAfterSeconds } } }`;
    type Changed = { readonly changePassword: { readonly code: string; readonly retryAfterSeconds: number | null } };
    for (let time = 0; time < 10; time += 1) {
      expect((await browser.get<Changed>(query)).changePassword).toEqual({ code: 'WRONG_CREDENTIALS', retryAfterSeconds: null });
    }
    const { code, retryAfterSeconds } = (await browser.get<Changed>(query)).changePassword;
    expect(code).toBe('RATE_LIMITED');
    expect(browser.retryAfter).toBe(String(retryAfterSeconds));
  });
});

describe('one address', () => {
  it('has limits of its own, and forwarded addresses count when a trusted proxy tells them', async () => {
    const strict = await setting.start({
      LOG_INS_PER_ADDRESS_AND_MINUTE: '1',
      OPENINGS_PER_ADDRESS_AND_MINUTE: '1',
      TRANSFERS_PER_ADDRESS_AND_10_SECONDS: '2',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const from = (address: string): Browser => new Browser(strict.url, { 'x-forwarded-for': address });
    const [username, browser] = [newName(), from('198.51.100.1')];
    await openOwnAccount(browser, username);
    expect(await openAccount(from('198.51.100.1'))).toMatchObject(rateLimited);
    expect(await logIn(from('198.51.100.1'), { username, password })).toMatchObject({ __typename: 'LoggedIn' });
    expect(await logIn(from('198.51.100.1'), { username, password })).toMatchObject(rateLimited);
    expect(await logIn(from('198.51.100.2'), { username, password })).toMatchObject({ __typename: 'LoggedIn' });
    const answers = await Promise.all([askDeposit(browser), askTransfer(browser), askTransfer(browser)]);
    expect(answers.filter(answer => JSON.stringify(answer).includes('RATE_LIMITED'))).toHaveLength(1);
    await strict[Symbol.asyncDispose]();
  });
});

describe('moving money', () => {
  it('is limited for each user, and a refused order may come again later under the same id', async () => {
    const strict = await setting.start({ TRANSFERS_PER_USER_AND_10_SECONDS: '1' });
    const [anna, ben] = [new Browser(strict.url), new Browser(strict.url)];
    await openOwnAccount(anna);
    await openOwnAccount(ben);
    const id = '11111111-1111-4111-8111-111111111111';
    // What is pending is not asked for again, for that would count.
    await askDeposit(anna);
    expect(await deposit(anna, { id })).toMatchObject(rateLimited);
    expect(anna.retryAfter).not.toBeNull();
    expect((await askDeposit(ben)).data?.deposit).not.toMatchObject(rateLimited);
    expect(await deposit(anna.at(endpoint.url), { id })).toMatchObject({ __typename: 'Confirmed' });
    await strict[Symbol.asyncDispose]();
  });
});
