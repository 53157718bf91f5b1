/** The contract's live streams. */
import type { Cents, Iban } from '@bank/topology';
import type { FlowEvent } from '../live/flow.ts';
import { followAccount, followAll, isWanted, type Followable } from '../live/follow.ts';
import type { Transaction, Wanted } from '../transactions/transactions.ts';
import { frontierIn, ordinalIn, wantedIn } from './arguments.ts';
import { viewerOf, type Context } from './context.ts';
import { employeeIn, seenBy, viewerOfAccount, type Edge, type Seen } from './seen.ts';

type FollowArguments = {
  readonly iban: Iban;
  readonly after?: string | null;
  readonly direction: Wanted['direction'];
  readonly minAmount?: Cents | null;
};

const edgeOf = ({ transaction, cursor }: Followable, _: unknown, context: Context): Edge<Seen<Transaction>> => ({
  cursor,
  node: seenBy(viewerOf(context), transaction),
});

export const Subscription = {
  transactions: {
    subscribe: async (_: unknown, { iban, after, ...asked }: FollowArguments, context: Context): Promise<AsyncIterableIterator<Followable>> => {
      viewerOfAccount(context, iban);
      const wanted = wantedIn(asked);
      return followAccount(context.following, {
        iban,
        after: ordinalIn(after),
        wants: transaction => isWanted(wanted, transaction),
        onTooSlow: context.endTooSlow,
      });
    },
    resolve: edgeOf,
  },

  allTransactions: {
    subscribe: async (_: unknown, { after }: { readonly after?: string | null }, context: Context): Promise<AsyncIterableIterator<Followable>> => {
      employeeIn(context);
      return followAll(context.following, { after: frontierIn(after), wants: () => true, onTooSlow: context.endTooSlow });
    },
    resolve: edgeOf,
  },

  flow: {
    subscribe: (_: unknown, __: unknown, { flow }: Context): AsyncIterableIterator<FlowEvent> => flow.watch(),
    resolve: (event: FlowEvent): FlowEvent => event,
  },
};
