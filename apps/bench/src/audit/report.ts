/** What an audit found, as people read it. */
import { formatCents } from '@bank/topology';
import type { Audit } from './books.ts';

const row = (name: string, value: number | string): string => `${name.padEnd(44)}${String(value).padStart(32)}`;

/** A table of what was counted, then what is wrong. */
export const report = (audit: Audit): string => {
  const { opening, cameIn, left, balances } = audit.money;
  const euros = (cents: string): string => formatCents(BigInt(cents), 'en-IE');
  return [
    row('commands settled', audit.commands),
    row('  not settled yet', audit.waiting),
    row('  dead letters', audit.buried),
    row('  refused, their id being another\'s', audit.conflicts),
    row('ids', audit.ids),
    row('  accounts opened', audit.accountsOpened),
    row('  transfers confirmed', audit.transfersConfirmed),
    ...Object.entries(audit.refused).map(([reason, count]) => row(`  ${reason}`, count)),
    row('changes of balances', audit.changes),
    row('told again: feedbacks', audit.repeated.feedbacks),
    row('told again: events', audit.repeated.events),
    row('the company began with', euros(opening)),
    row('came in', euros(cameIn)),
    row('left', euros(left)),
    row('all balances together', euros(balances)),
    ...(audit.findings.length === 0 ? ['nothing is wrong'] : ['WRONG:', ...audit.findings]),
  ].join('\n');
};
