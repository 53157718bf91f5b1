/** What is sent for a settled command: its feedback, and the changes of balances it made. The same entry gives the same bytes. */
import type { Headers, Outgoing } from '@bank/messaging';
import { bytesOf, commandHeaders } from '@bank/topology';
import type { Change } from '../account/account.ts';
import type { Entry, Settled } from '../ledger/entry.ts';

export const publishedTopics = ['account_creation_feedback', 'money_transfer_feedback', 'balance_changed'] as const;

export type Published = Outgoing<(typeof publishedTopics)[number]>;

/** The messages for a settled command, feedback first. Who merely asks again gets the feedback: the events were sent the first time. */
export const messagesOf = ({ entry, as }: Pick<Settled, 'entry' | 'as'>): readonly Published[] => {
  const headers = headersOf(entry);
  // A Buffer is what the encoder needs; it would make one for each message.
  const idBytes = Buffer.from(bytesOf(entry.id));
  const feedback = { ...feedbackOf(entry, idBytes), headers };
  const { outcome, settledAt } = entry;
  if (outcome.type !== 'money moved' || (as !== 'new' && as !== 'redelivered')) return [feedback];
  const { from, to, debit, credit, description } = outcome;
  const event = (iban: string, otherParty: string, { changedBy, newBalance, version }: Change): Published => ({
    topic: 'balance_changed',
    key: iban,
    headers,
    record: {
      type: 'BalanceChanged',
      value: {
        iban, new_balance: newBalance, changed_by: changedBy, from_to: otherParty, description,
        transfer_id: idBytes, version, changed_at: settledAt,
      },
    },
  });
  return [feedback, debit && event(from, to, debit), credit && event(to, from, credit)].filter(message => message !== undefined);
};

const feedbackOf = ({ id, position, outcome }: Entry, idBytes: Buffer): Published => {
  const value = { id: idBytes };
  switch (outcome.type) {
    case 'account opened': {
      const { iban, token, accountType } = outcome;
      return {
        topic: 'account_creation_feedback',
        key: id,
        record: { type: 'AccountCreationConfirmed', value: { ...value, iban, token, a_type: accountType } },
      };
    }
    case 'money moved':
      return { topic: 'money_transfer_feedback', key: id, record: { type: 'MoneyTransferConfirmed', value } };
    case 'refused': {
      const refused = { ...value, reason: outcome.reason };
      return position.topic === 'confirm_account_creation'
        ? { topic: 'account_creation_feedback', key: id, record: { type: 'AccountCreationFailed', value: refused } }
        : { topic: 'money_transfer_feedback', key: id, record: { type: 'MoneyTransferFailed', value: refused } };
    }
  }
};

const headersOf = ({ position, settledAt }: Entry): Headers => ({
  [commandHeaders.topic]: position.topic,
  [commandHeaders.partition]: String(position.partition),
  [commandHeaders.offset]: String(position.offset),
  [commandHeaders.timestamp]: String(position.timestampMs),
  [commandHeaders.settledAt]: String(settledAt.getTime()),
});
