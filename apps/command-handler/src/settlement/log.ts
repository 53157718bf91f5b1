/** What the log says of commands. The id of a creation is as good as the account's token, so it stands there only as a hash. */
import { createHash } from 'node:crypto';
import type { Logger } from '@bank/service';
import type { Command } from '../ledger/command.ts';
import type { Settled } from '../ledger/entry.ts';

/** A command's identity and place, for its log lines. */
export const identityOf = ({ id, position: { topic, partition, offset } }: Command): object => ({
  commandId: topic === 'confirm_account_creation' ? createHash('sha256').update(id).digest('hex') : id,
  topic,
  partition,
  offset,
});

/** A line for each settled command, at level debug, for there are thousands a second. */
export const logSettled = (log: Logger, settled: readonly Settled[]): void => {
  if (!log.isLevelEnabled('debug')) return;
  for (const { command, entry: { outcome }, as } of settled) {
    const reason = outcome.type === 'refused' ? { reason: outcome.reason } : {};
    log.debug({ ...identityOf(command), as, outcome: outcome.type, ...reason }, 'settled');
  }
};
