/** What the log says of settled commands: a line each, at level debug, for there are thousands a second. */
import { createHash } from 'node:crypto';
import type { Logger } from '@bank/service';
import type { Settled } from '../ledger/entry.ts';

export const logAnswers = (log: Logger, settled: readonly Settled[]): void => {
  if (!log.isLevelEnabled('debug')) return;
  for (const { entry: { id, position, outcome }, withEvents } of settled) {
    const { topic, partition, offset } = position;
    // The id of a creation is as good as the account's token: whoever sends it again is told the token.
    const commandId = topic === 'confirm_account_creation' ? createHash('sha256').update(id).digest('hex') : id;
    const reason = outcome.type === 'refused' ? { reason: outcome.reason } : {};
    log.debug({ commandId, topic, partition, offset, outcome: outcome.type, ...reason, again: !withEvents }, 'settled');
  }
};
