import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mountWith, type Bank } from '../testing/bank.ts';
import SessionForm from './SessionForm.vue';

const show = (bank: Bank): VueWrapper => mountWith(bank, SessionForm, { hasExpired: false, leadsOn: false });

const enter = async (form: VueWrapper, username: string, password: string, button: string): Promise<void> => {
  await form.get('input[name="username"]').setValue(username);
  await form.get('input[name="password"]').setValue(password);
  const submitter = form.findAll('button').find(candidate => candidate.text() === button)?.element;
  form.get('form').element.dispatchEvent(new SubmitEvent('submit', { submitter: submitter ?? null, cancelable: true }));
  await flushPromises();
};

describe('the form that opens an account or logs in', () => {
  afterEach(() => {
    document.body.innerHTML = '';
    vi.unstubAllGlobals();
  });

  it.each([
    ['Open an account', 'OpenAccount', 'openAccount'],
    ['Log in', 'LogIn', 'logIn'],
  ])('%s: shows the reason when it is refused', async (button, operation, field) => {
    const bank = vi.fn<Bank>(() => ({ [field]: { __typename: 'Refused', code: 'REFUSED_BY_BANK', reason: 'try another name', retryAfterSeconds: null } }));
    const form = show(bank);
    await enter(form, 'somebody', 'password', button);
    expect(bank).toHaveBeenCalledExactlyOnceWith({ operation, variables: { username: 'somebody', password: 'password' } });
    expect(form.get('[role="alert"]').text()).toBe('Try another name.');
  });

  it('shows that a username is taken at its field, goes there, and forgets it when another is typed', async () => {
    const form = show(() => ({ openAccount: { __typename: 'Refused', code: 'USERNAME_TAKEN', reason: 'taken', retryAfterSeconds: null } }));
    await enter(form, 'somebody', 'password', 'Open an account');
    const field = form.get('input[name="username"]');
    expect(document.activeElement).toBe(field.element);
    expect(field.attributes('aria-invalid')).toBe('true');
    expect(form.text()).toContain('Somebody has this username');

    await field.setValue('somebody-else');
    expect(form.text()).not.toContain('Somebody has this username');
  });

  it('says for how long to wait after too many tries', async () => {
    const form = show(() => ({ logIn: { __typename: 'Refused', code: 'RATE_LIMITED', reason: 'too many', retryAfterSeconds: 42 } }));
    await enter(form, 'somebody', 'password', 'Log in');
    expect(form.get('[role="alert"]').text()).toContain('Try again in 42 seconds.');
  });

  it('shows and hides the password', async () => {
    const form = show(() => undefined);
    const typeOf = (): string | undefined => form.get('input[name="password"]').attributes('type');
    expect(typeOf()).toBe('password');
    await form.get('button[aria-label="Show what is typed"]').trigger('click');
    expect(typeOf()).toBe('text');
    await form.get('button[aria-label="Hide what is typed"]').trigger('click');
    expect(typeOf()).toBe('password');
  });

  it('asks more of new credentials than of known ones', async () => {
    const bank = vi.fn<Bank>(() => ({ logIn: { __typename: 'Refused', code: 'WRONG_CREDENTIALS', reason: 'no', retryAfterSeconds: null } }));
    const form = show(bank);
    await enter(form, 'short', 'short', 'Open an account');
    expect(bank).not.toHaveBeenCalled();
    expect(form.text()).toContain('A username needs at least 8 characters');
    expect(document.activeElement).toBe(form.get('input[name="username"]').element);

    await enter(form, 'short', 'short', 'Log in');
    expect(bank).toHaveBeenCalledOnce();
  });

  it('says so when the bank cannot be reached', async () => {
    const form = show(() => { throw new TypeError('network'); });
    await enter(form, 'somebody', 'password', 'Log in');
    expect(form.get('[role="alert"]').text()).toContain('The bank cannot be reached');
  });
});
