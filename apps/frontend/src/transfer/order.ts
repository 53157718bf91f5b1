/** A transfer as it is filled in, checked before the bank has to refuse it. */
import { hasControlCharacter, lengthOf, limits, type Cents, type Iban } from '@bank/topology';
import { parseAmount } from '../money/amount.ts';
import { amountExample, showMoney } from '../money/display.ts';
import { recipientOf } from './recipient.ts';

/** What stands in the form. */
export type OrderForm = {
  readonly to: string;
  readonly amount: string;
  readonly description: string;
}

/** What the bank is asked to do. */
export type TransferOrder = {
  readonly to: string;
  readonly amount: Cents;
  readonly description: string;
}

/** What is wrong, for each field that is. */
export type OrderErrors = { readonly [Field in keyof OrderForm]?: string };

export type CheckedOrder =
  | { readonly kind: 'order'; readonly order: TransferOrder }
  | { readonly kind: 'errors'; readonly errors: OrderErrors };

type Read<Value> = { readonly value: Value } | { readonly error: string };

const readTo = (text: string, from: Iban): Read<string> => {
  const recipient = recipientOf(text);
  switch (recipient.kind) {
    case 'none':
      return { error: 'Who should get the money? Enter an IBAN or a name' };
    case 'unfinished iban':
      return { error: `An IBAN of this bank has ${recipient.length} characters, this has ${recipient.typed}` };
    case 'wrong iban':
      return { error: 'This is not a valid IBAN: check it for a typing mistake' };
    case 'iban':
      return recipient.iban === from ? { error: 'This is your own account' } : { value: recipient.iban };
    case 'name':
      return { value: recipient.name };
    case 'wrong name':
      return { error: recipient.reason };
  }
};

const readAmount = (text: string, locale: string): Read<Cents> => {
  if (text.trim() === '') return { error: 'Enter an amount' };
  const amount = parseAmount(text, locale);
  if (amount === undefined) return { error: `Enter an amount in euros, such as ${amountExample()}` };
  if (amount === 0n) return { error: 'Enter more than zero' };
  if (amount > limits.transfer) return { error: `One transfer can be at most ${showMoney(limits.transfer)}` };
  return { value: amount };
};

const readDescription = (text: string): Read<string> => {
  const description = text.trim();
  const length = lengthOf(description);
  const most = limits.descriptionLength;
  if (length > most) return { error: `A description can have at most ${most} characters, this has ${length}` };
  if (hasControlCharacter(description)) return { error: 'The description holds a character that cannot be typed' };
  return { value: description };
};

/**
 * Checks a transfer as far as the browser can: whether there is money for it, and whether an IBAN is an account, the bank says.
 *
 * @param context `from` is the user's own account, `locale` that in which the amount was typed
 */
export const checkOrder = (form: OrderForm, context: { readonly from: Iban; readonly locale: string }): CheckedOrder => {
  const to = readTo(form.to, context.from);
  const amount = readAmount(form.amount, context.locale);
  const description = readDescription(form.description);
  if ('value' in to && 'value' in amount && 'value' in description) {
    return { kind: 'order', order: { to: to.value, amount: amount.value, description: description.value } };
  }
  const errors = Object.entries({ to, amount, description }).flatMap(([field, read]) => ('error' in read ? [[field, read.error]] : []));
  return { kind: 'errors', errors: Object.fromEntries(errors) as OrderErrors };
};
