/** The columns of a list of transactions that one may do without. Pure. */
export const columns = ['when', 'description', 'balance'] as const;
export type Column = (typeof columns)[number];

export const columnLabels: Readonly<Record<Column, string>> = { when: 'When', description: 'Description', balance: 'Balance' };

/** The hidden columns from what was stored: names that are none are left out. */
export const hiddenOf = (stored: string): readonly Column[] => columns.filter(column => stored.split(',').includes(column));

/** What to store when a column is shown or hidden. */
export const withColumn = (stored: string, column: Column, isShown: boolean): string =>
  columns.filter(each => (each === column ? !isShown : hiddenOf(stored).includes(each))).join(',');
