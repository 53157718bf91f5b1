/** The live reader that learns from the bank's feedback which accounts were opened, and has each paid its first salary. */
import type { Consumer, Received } from '@bank/messaging';
import type { Logger, Retry } from '@bank/service';
import { commandIdOf, isOwnIban, isToken } from '@bank/topology';
import { firstSalaryOf, type Command } from '../command/command.ts';
import type { Run } from '../command/run.ts';
import { takeFrom } from '../take.ts';
import type { Accounts } from './accounts.ts';

export type Learning = {
  readonly run: Run;
  readonly accounts: Accounts;
  /** Reads from the beginning and never commits: no answer slips past while the group forms or forms anew. */
  readonly feedback: Consumer<'account_creation_feedback'>;
  /** Sends commands until they are acknowledged. */
  readonly send: (commands: readonly Command[]) => Promise<void>;
  readonly retry: Retry;
  readonly log: Logger;
  readonly stopping: AbortSignal;
};

type Feedback = Received<'account_creation_feedback'>;

/** Learns until the service stops. Told again of an account after a restart, it sends the same salary again: the bank pays it once. */
export const learn = async (learning: Learning): Promise<void> => {
  while (!learning.stopping.aborted) {
    const taken = await takeFrom(learning.feedback, learning);
    await learning.send(taken.flatMap(answer => firstSalaries(answer, learning)));
  }
};

/** The first salary of an account that an answer tells of; none when the answer is not to us, is old news or bad news. */
const firstSalaries = (answer: Feedback, { run, accounts, log }: Learning): readonly Command[] => {
  if ('unreadable' in answer) {
    log.warn({ offset: String(answer.raw.offset), reason: answer.unreadable }, 'feedback left out');
    return [];
  }
  const { record } = answer;
  const id = commandIdOf(record.value.id);
  const refused = (reason: string): readonly Command[] => {
    const creationBeat = accounts.giveUp(id);
    if (creationBeat !== undefined) log.warn({ creationBeat, reason }, 'an account was not opened');
    return [];
  };
  if (record.type === 'AccountCreationFailed') return refused(record.value.reason);
  const { iban, token } = record.value;
  if (!isOwnIban(iban) || !isToken(token)) return refused('its IBAN or token is malformed');
  const creationBeat = accounts.learn(id, { iban, token });
  return creationBeat === undefined ? [] : [firstSalaryOf(run, creationBeat, iban)];
};
