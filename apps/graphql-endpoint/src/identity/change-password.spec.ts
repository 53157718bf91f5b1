import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '@bank/stack';
import { Browser, type Answer } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { followTransactions, logIn, me, nextBalances, newName, openOwnAccount, password } from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

let setting: Setting;
let endpoint: Program;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
});
afterAll(() => resources.disposeAsync());

const visit = (): Browser => new Browser(endpoint.url);

const another = 'another password of mine';

const changePassword = (browser: Browser, passwords: { readonly current: string; readonly new: string }): Promise<Answer<{ readonly changePassword: unknown }>> =>
  browser.ask(
    `mutation($current: String!, $new: String!) { changePassword(current: $current, new: $new) {
      __typename ... on PasswordChanged { user { username } } ... on Refused { code reason } } }`,
    passwords,
  );

describe('changing the password', () => {
  it('lets in who has the new one, and not who has the old one', async () => {
    const username = newName();
    const browser = visit();
    await openOwnAccount(browser, username);
    expect(await changePassword(browser, { current: password, new: another })).toEqual({
      data: { changePassword: { __typename: 'PasswordChanged', user: { username } } },
    });
    expect(await logIn(visit(), { username, password })).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(await logIn(visit(), { username, password: another })).toMatchObject({ __typename: 'LoggedIn' });
  });

  it('keeps this session and ends all others of the user, with their open streams, on every instance', async () => {
    const username = newName();
    const [here, there] = [visit(), visit()];
    const iban = await openOwnAccount(here, username);
    await logIn(there, { username, password });
    const other = await setting.start();
    await using kept = here.at(endpoint.url);
    await using ended = there.at(other.url);
    const [stream, endedStream] = [followTransactions(kept, iban, ''), followTransactions(ended, iban, '')];
    const seen = [nextBalances(stream, 1), nextBalances(endedStream, 1)];
    await setting.bank.pay(iban, 1n);
    expect(await Promise.all(seen)).toEqual([['1'], ['1']]);
    await changePassword(here, { current: password, new: another });
    expect(await endedStream.end).toEqual({ code: 4401 });
    expect([await me(there), await me(here)]).toMatchObject([null, { username }]);
    const next = nextBalances(stream, 1);
    await setting.bank.pay(iban, 1n);
    expect(await next).toEqual(['2']);
    await other[Symbol.asyncDispose]();
  });

  it('is refused without the current one, and for a new one of a wrong form', async () => {
    const browser = visit();
    await openOwnAccount(browser);
    expect(await changePassword(browser, { current: 'not the current one', new: another })).toMatchObject({
      data: { changePassword: { code: 'WRONG_CREDENTIALS', reason: 'the current password is another' } },
    });
    expect(await changePassword(browser, { current: password, new: 'short' })).toMatchObject({
      data: { changePassword: { code: 'INVALID_CREDENTIALS_FORM' } },
    });
    expect(await me(browser)).not.toBeNull();
  });

  it('is done once when it is asked twice at once', async () => {
    const username = newName();
    const browser = visit();
    await openOwnAccount(browser, username);
    const asked = ['first new password', 'second new password'].map(next => changePassword(browser, { current: password, new: next }));
    const outcomes = (await Promise.all(asked)).map(({ data }) => JSON.stringify(data));
    expect(outcomes.filter(outcome => outcome.includes('PasswordChanged'))).toHaveLength(1);
    expect(outcomes.filter(outcome => outcome.includes('WRONG_CREDENTIALS'))).toHaveLength(1);
  });

  it('is for clients: an employee’s password is configured, and a visitor has none', async () => {
    const worker = visit();
    await logIn(worker, employee);
    const passwords = { current: employee.password, new: another };
    expect(await changePassword(worker, passwords)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await changePassword(visit(), passwords)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await logIn(visit(), employee)).toMatchObject({ __typename: 'LoggedIn' });
  });
});

describe('a session that nobody uses', () => {
  it('ends by itself, and takes its streams along, on whatever instance they are', async () => {
    // Six seconds.
    const impatient = { SESSION_IDLE_MINUTES: '0.1' };
    const instances = await Promise.all([setting.start(impatient), setting.start(impatient)]);
    const [first, second] = instances;
    await using browser = new Browser(first.url);
    const iban = await openOwnAccount(browser);
    await using elsewhere = browser.at(second.url);
    const streams = [browser, elsewhere].map(each => followTransactions(each, iban, ''));
    const seen: (readonly string[])[] = [];
    for (const stream of streams) void nextBalances(stream, 1).then(balances => seen.push(balances));
    await setting.bank.pay(iban, 1n);
    // It is used until both streams have begun, however long that takes, and then no more.
    await eventually(() => me(browser), () => seen.length === streams.length);
    expect(seen).toEqual([['1'], ['1']]);
    expect(await Promise.all(streams.map(stream => stream.end))).toEqual([{ code: 4401 }, { code: 4401 }]);
    expect(await me(browser)).toBeNull();
    await Promise.all(instances.map(instance => instance[Symbol.asyncDispose]()));
  });
});
