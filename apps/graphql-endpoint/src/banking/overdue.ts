/** When a command without an answer is sent again: what was sent may be lost, or never have been sent. */

/** After how long without an answer the first time; each further time it is twice as long, up to the longest. */
const firstAfterSeconds = 10;
const longestSeconds = 60;

/** SQL that tells whether a row is to be sent again, from the columns of the last time and of the number of times it was sent. */
export const isOverdue = ({ sentAt, attempts }: { readonly sentAt: string; readonly attempts: string }): string =>
  `${sentAt} <= now() - least(${longestSeconds}, ${firstAfterSeconds} * 2 ^ (least(${attempts}, 10) - 1)) * interval '1 second'`;

/** The most commands that one look at the table takes on. */
export const overdueAtOnce = 500;
