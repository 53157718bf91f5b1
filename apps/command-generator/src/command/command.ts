/** Commands to the bank, made from what was drawn and the accounts that are known. */
import type { Outgoing } from '@bank/messaging';
import { bytesOf, company, type Cents, type CommandId, type Iban, type Token } from '@bank/topology';
import { creationBeatOf } from '../mix/beats.ts';
import { firstSalary, transferOf, type Party, type TransferKind } from '../mix/transfer.ts';
import { accountId, firstSalaryId, transferId } from './ids.ts';
import type { Run } from './run.ts';

/** Why a command was made. An account is recalled when its opening is asked for once more, to hear its IBAN and token again. */
export type CommandKind = 'account' | 'recalled account' | 'first salary' | TransferKind;

export type CommandTopic = 'confirm_account_creation' | 'confirm_money_transfer';

export type Command = { readonly kind: CommandKind; readonly outgoing: Outgoing<CommandTopic> };

/** What the bank gave to an account that it opened. */
export type Account = { readonly iban: Iban; readonly token: Token };

/** A heartbeat: its number, and where it stands on its topic. */
export type Beat = { readonly beat: number; readonly offset: bigint };

/** Finds the account that a beat opened; undefined when the bank has not told of it. */
export type AccountOf = (creationBeat: number) => Account | undefined;

/** The command that opens the account of a beat, or has the bank tell of it again. */
export const openingOf = (run: Run, creationBeat: number, kind: 'account' | 'recalled account'): Command => {
  const id = accountId(run, creationBeat);
  const record = { type: 'ConfirmAccountCreation', value: { id: bytesOf(id), a_type: 'AUTO' } } as const;
  return { kind, outgoing: { topic: 'confirm_account_creation', key: id, record } };
};

/** The command that pays a new account its first salary: the same again when it is told of again. */
export const firstSalaryOf = (run: Run, creationBeat: number, to: Iban): Command => ({
  kind: 'first salary',
  outgoing: transferring(firstSalaryId(run, creationBeat), {
    ...companySide,
    to,
    amount: firstSalary(run.seed, creationBeat),
    description: 'first salary',
  }),
});

/**
 * The command of a heartbeat that opens no account.
 *
 * @returns undefined when the transfer is of an account that is not known
 */
export const transferCommandOf = (run: Run, { beat, offset }: Beat, accountOf: AccountOf): Command | undefined => {
  const { kind, from, to, amount, description } = transferOf(run.seed, beat);
  const debtor = debtorOf(from, accountOf);
  const creditor = nameOf(to, accountOf);
  if (debtor === undefined || creditor === undefined) return undefined;
  return { kind, outgoing: transferring(transferId(run, offset), { ...debtor, to: creditor, amount, description }) };
};

type Debtor = { readonly from: string; readonly token: string };

const companySide: Debtor = { from: company.iban, token: company.token };

const debtorOf = (party: Party, accountOf: AccountOf): Debtor | undefined => {
  switch (party.type) {
    case 'company':
      return companySide;
    case 'outside':
      // What comes from outside needs no token.
      return { from: party.name, token: '' };
    case 'account': {
      const account = accountOf(creationBeatOf(party.ordinal));
      return account && { from: account.iban, token: account.token };
    }
  }
};

const nameOf = (party: Party, accountOf: AccountOf): string | undefined => debtorOf(party, accountOf)?.from;

type Content = Debtor & { readonly to: string; readonly amount: Cents; readonly description: string };

const transferring = (id: CommandId, content: Content): Outgoing<'confirm_money_transfer'> => ({
  topic: 'confirm_money_transfer',
  key: id,
  record: { type: 'ConfirmMoneyTransfer', value: { id: bytesOf(id), ...content } },
});
