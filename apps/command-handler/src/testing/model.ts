/**
 * The bank once more, as naive as it can be: one command after the other, two maps, nothing shared with the code it is compared with.
 * Written from docs/reference/contract.md alone, numbers included, so that a wrong constant is found as well.
 */
import type { Command } from '../ledger/command.ts';
import type { Published } from '../settlement/messages.ts';

type Account = { readonly token: string; balance: bigint; version: bigint };
type Creation = Extract<Command['record'], { type: 'ConfirmAccountCreation' }>['value'];
type Transfer = Extract<Command['record'], { type: 'ConfirmMoneyTransfer' }>['value'];
type Told = { readonly content: string; readonly place: string; readonly feedback: Published; readonly events: readonly Published[] };

export class ModelBank {
  readonly accounts = new Map<string, Account>([
    ['NL66OPEN0000000000', { token: '00000000000000000000', balance: 100_000_000_000_000_000n, version: 0n }],
  ]);
  readonly #told = new Map<string, Told>();

  /**
   * What has to be told about a command.
   *
   * @param told what the bank told: IBAN and token of a new account are the bank's to choose, and the model's to take over
   */
  answer(command: Command, now: Date, told: readonly Published[]): readonly Published[] {
    const { topic, partition, offset } = command.position;
    const place = [topic, partition, offset].join('/');
    const content = JSON.stringify(command.record, (_, field: unknown) => (typeof field === 'bigint' ? String(field) : field));
    const known = this.#told.get(command.id);
    if (known?.content === content) return known.place === place ? [known.feedback, ...known.events] : [known.feedback];
    if (known) return [refusal(command, now, 'id was used for another command')];
    const { record } = command;
    const [feedback, ...events] =
      record.type === 'ConfirmAccountCreation' ? [this.#open(command, record.value, now, told)] : this.#transfer(command, record.value, now);
    this.#told.set(command.id, { content, place, feedback, events });
    return [feedback, ...events];
  }

  #open(command: Command, { id, a_type }: Creation, now: Date, [told]: readonly Published[]): Published {
    const { iban, token } = told?.record.type === 'AccountCreationConfirmed' ? told.record.value : { iban: '', token: '' };
    if (!isOwnIban(iban) || this.accounts.has(iban)) return refusal(command, now, `not this: the IBAN has to be a new one, and is "${iban}"`);
    if (!/^\d{20}$/.test(token)) return refusal(command, now, 'not this: the token has to be 20 digits');
    this.accounts.set(iban, { token, balance: 0n, version: 0n });
    const record = { type: 'AccountCreationConfirmed', value: { id, iban, token, a_type } } as const;
    return { topic: 'account_creation_feedback', key: command.id, headers: headersOf(command, now), record };
  }

  #transfer(command: Command, transfer: Transfer, now: Date): readonly [Published, ...Published[]] {
    const reason = this.#reasonAgainst(transfer);
    if (reason !== undefined) return [refusal(command, now, reason)];
    const { id, from, to, amount, description } = transfer;
    const headers = headersOf(command, now);
    const changed = (iban: string, changedBy: bigint, otherParty: string): readonly Published[] => {
      const account = this.accounts.get(iban);
      if (!account) return [];
      account.balance += changedBy;
      account.version += 1n;
      const value = {
        iban, new_balance: account.balance, changed_by: changedBy, from_to: otherParty, description,
        transfer_id: id, version: account.version, changed_at: now,
      };
      return [{ topic: 'balance_changed', key: iban, headers, record: { type: 'BalanceChanged', value } }];
    };
    const record = { type: 'MoneyTransferConfirmed', value: { id } } as const;
    return [{ topic: 'money_transfer_feedback', key: command.id, headers, record }, ...changed(from, -amount, to), ...changed(to, amount, from)];
  }

  /** The table of the contract, row by row. */
  #reasonAgainst({ token, amount, from, to, description }: Transfer): string | undefined {
    const [payer, payee] = [this.accounts.get(from), this.accounts.get(to)];
    if ([token, from, to, description].some(hasControl)) return 'text is invalid';
    if (lengthOf(description) > 140) return 'description is too long';
    if (amount <= 0n) return 'amount must be positive';
    if (from !== 'cash' && !isOwnIban(from)) return 'from is invalid';
    if (to === '' || lengthOf(to) > 70 || (to.startsWith('NL') && to.slice(4, 8) === 'OPEN' && !isOwnIban(to))) return 'to is invalid';
    if (from === to) return "from and to can't be same for transfer";
    if (isOwnIban(from) && !payer) return 'from is not known at this bank';
    if (isOwnIban(to) && !payee) return 'to is not known at this bank';
    if (from !== 'cash' && token !== payer?.token) return 'invalid token';
    if (payer && payer.balance - amount < -50_000n) return 'insufficient funds';
    if (from === 'cash' && !payee) return 'both to and from not known at this bank';
    if (payee && payee.balance + amount > 9_223_372_036_854_775_807n) return 'amount is too large';
    return undefined;
  }
}

const isOwnIban = (text: string): boolean => {
  const [, check, digits] = /^NL(\d\d)OPEN(0\d{9})$/.exec(text) ?? [];
  return digits !== undefined && Number(check) === 98 - Number(BigInt(`24251423${digits}232100`) % 97n);
};

const lengthOf = (text: string): number => Array.from(text).length;

/** Unicode's category Cc, which will never grow: C0, DEL and C1. */
const hasControl = (text: string): boolean =>
  Array.from(text).some(character => character < ' ' || (character >= '\u007f' && character <= '\u009f'));

const headersOf = ({ position }: Command, now: Date): Readonly<Record<string, string>> => ({
  'command-topic': position.topic,
  'command-partition': `${position.partition}`,
  'command-offset': `${position.offset}`,
  'command-timestamp': `${position.timestampMs}`,
  'settled-at': `${now.getTime()}`,
});

const refusal = (command: Command, now: Date, reason: string): Published => {
  const message = { key: command.id, headers: headersOf(command, now) };
  const value = { id: command.record.value.id, reason };
  return command.record.type === 'ConfirmAccountCreation'
    ? { ...message, topic: 'account_creation_feedback', record: { type: 'AccountCreationFailed', value } }
    : { ...message, topic: 'money_transfer_feedback', record: { type: 'MoneyTransferFailed', value } };
};
