/** The deposits that take one click. */
import { cents, limits, type Cents } from '@bank/topology';

/** €10 to €500, none of them above what the bank takes at once. */
export const deposits: readonly Cents[] = [10_00n, 20_00n, 50_00n, 100_00n, 200_00n, 500_00n]
  .filter(amount => amount <= limits.deposit)
  .map(cents);
