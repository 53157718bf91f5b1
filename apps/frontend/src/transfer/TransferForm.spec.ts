import { company, ibanOf } from '@bank/topology';
import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mountWith, type Bank, type Request } from '../testing/bank.ts';
import TransferForm from './TransferForm.vue';

const show = (bank: Bank): VueWrapper => mountWith(bank, TransferForm, { from: ibanOf('0123456789') });

const fill = async (form: VueWrapper, texts: { to?: string; amount?: string; description?: string }): Promise<void> => {
  for (const [name, text] of Object.entries(texts)) await form.get(`input[name="${name}"]`).setValue(text);
};
const submit = async (form: VueWrapper): Promise<void> => {
  await form.get('form').trigger('submit');
  await flushPromises();
};
const textsIn = (form: VueWrapper): string[] => form.findAll('input').map(({ element }) => element.value);

describe('the transfer form', () => {
  afterEach(() => {
    localStorage.clear();
    document.body.innerHTML = '';
    vi.unstubAllGlobals();
  });

  it('sends whole cents and a tidy IBAN, says that it is confirmed, and is empty again', async () => {
    const requests: Request[] = [];
    const form = show(request => {
      requests.push(request);
      return { transfer: { __typename: 'Confirmed' } };
    });
    await fill(form, { to: 'nl66 open 0000 0000 00', amount: '25,50', description: ' Rent ' });
    await submit(form);

    expect(requests).toMatchObject([{ operation: 'Transfer', variables: { to: company.iban, amount: '2550', description: 'Rent' } }]);
    expect(form.get('[role="status"]').text()).toBe(`€25.50 to ${company.iban}: confirmed. See how it went`);
    expect(textsIn(form)).toEqual(['', '', '']);
  });

  it('shows why the bank refused, and keeps what was typed', async () => {
    const form = show(() => ({ transfer: { __typename: 'Refused', reason: 'insufficient funds' } }));
    await fill(form, { to: 'Albert Heijn BV', amount: '10000' });
    await submit(form);

    expect(form.get('[role="status"]').text()).toBe('€10,000.00 to Albert Heijn BV: refused. Insufficient funds.');
    expect(textsIn(form)).toEqual(['Albert Heijn BV', '10000', '']);
  });

  it('does not bother the bank with what cannot be right, and leads to the first mistake', async () => {
    const bank = vi.fn<Bank>();
    const form = show(bank);
    await fill(form, { to: 'NL67OPEN0000000000', amount: 'ten' });
    await submit(form);

    expect(bank).not.toHaveBeenCalled();
    expect(form.text()).toContain('This is not a valid IBAN');
    expect(form.text()).toContain('Enter an amount in euros');
    expect(document.activeElement).toBe(form.get('input[name="to"]').element);
    expect(form.findAll('[aria-invalid="true"]')).toHaveLength(2);
  });

  it('leads from a confirmed transfer to its life, and offers the recipient again', async () => {
    const ids: unknown[] = [];
    const form = show(({ variables }) => {
      ids.push(variables['id']);
      return { transfer: { __typename: 'Confirmed' } };
    });
    await fill(form, { to: 'Albert Heijn BV', amount: '5' });
    await submit(form);

    expect(form.get('[role="status"] a').attributes('href')).toBe(`/transfers/${String(ids[0])}`);
    expect(form.findAll('datalist option').map(option => option.attributes('value'))).toEqual(['Albert Heijn BV']);
  });

  it('counts the characters that are left of a description', async () => {
    const form = show(() => undefined);
    expect(form.text()).toContain('If you like, up to 140 characters');
    await fill(form, { description: '👍'.repeat(139) });
    expect(form.text()).toContain('1 character left');
  });

  it('says what the recipient means while it is typed', async () => {
    const form = show(() => undefined);
    expect(form.text()).toContain('An IBAN of this bank, or any name');
    await fill(form, { to: 'NL66OPEN00' });
    expect(form.text()).toContain('10 of 18 characters');
    await fill(form, { to: company.iban });
    expect(form.text()).toContain('A valid IBAN of this bank');
    await fill(form, { to: 'Albert Heijn BV' });
    expect(form.text()).toContain('Outside this bank, by name');
  });
});
