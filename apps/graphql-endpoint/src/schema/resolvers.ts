/** The contract's mutations, and all resolvers together. */
import type { Cents } from '@bank/topology';
import type { Credentials, PasswordChange } from '../identity/credentials.ts';
import type { LoggedIn, PasswordChanged } from '../identity/identity.ts';
import type { Client } from '../identity/viewer.ts';
import type { CommandOutcome, Refused } from '../outcome.ts';
import { commandIdIn, textIn } from './arguments.ts';
import type { Context } from './context.ts';
import { forbidden, unauthenticated } from './errors.ts';
import { fields } from './fields.ts';
import { answered, type Answered } from './outcomes.ts';
import { Query } from './queries.ts';
import { scalars } from './scalars.ts';
import { clientIn } from './seen.ts';
import { Subscription } from './subscriptions.ts';

/** Says beside the answer when to try again. */
const told = <Outcome extends LoggedIn | PasswordChanged | CommandOutcome>(outcome: Outcome, { setRetryAfter }: Context): Outcome => {
  if (outcome.type === 'Refused' && outcome.retryAfterSeconds !== undefined) setRetryAfter(outcome.retryAfterSeconds);
  return outcome;
};

/** Puts the session into the cookie, in the place of the one that was there. */
const letIn = async (outcome: LoggedIn | Refused, context: Context): Promise<LoggedIn | Refused> => {
  if (outcome.type === 'Refused') return told(outcome, context);
  const { session, identity, cookie } = context;
  if (session) await identity.logOut(session, { everywhere: false });
  cookie.set(outcome.sessionId, outcome.expiresAt);
  return outcome;
};

/** Refuses a client who moves money too often. */
const limitOn = (client: Client, { limits, address }: Context): Promise<Refused | undefined> => limits.command({ userId: client.id, address });

const Mutation = {
  openAccount: async (_: unknown, credentials: Credentials, context: Context): Promise<LoggedIn | Refused> =>
    letIn((await context.limits.opening(context.address)) ?? (await context.openings.open(credentials)), context),

  logIn: async (_: unknown, credentials: Credentials, context: Context): Promise<LoggedIn | Refused> =>
    letIn((await context.limits.logIn(context.address)) ?? (await context.openings.logIn(credentials)), context),

  logOut: async (_: unknown, { everywhere }: { readonly everywhere: boolean }, context: Context): Promise<boolean> => {
    const { session, identity, cookie } = context;
    if (session) await identity.logOut(session, { everywhere });
    cookie.clear();
    return session !== undefined;
  },

  changePassword: async (_: unknown, passwords: PasswordChange, context: Context): Promise<PasswordChanged | Refused> => {
    const { session, identity, limits, address } = context;
    if (!session) throw unauthenticated();
    if (session.user.role === 'EMPLOYEE') throw forbidden('an employee’s password is set by whoever runs the bank');
    return told((await limits.logIn(address)) ?? (await identity.changePassword(session, passwords)), context);
  },

  transfer: async (
    _: unknown,
    { id, to, amount, description }: { readonly id: string; readonly to: string; readonly amount: Cents; readonly description: string },
    context: Context,
  ): Promise<Answered> => {
    const order = { id: commandIdIn(id), to: textIn('to', to), amount, description: textIn('description', description) };
    const client = clientIn(context);
    const outcome = (await limitOn(client, context)) ?? (await context.transfers.transfer(client, order));
    return answered(id, told(outcome, context));
  },

  deposit: async (_: unknown, { id, amount }: { readonly id: string; readonly amount: Cents }, context: Context): Promise<Answered> => {
    const order = { id: commandIdIn(id), amount };
    const client = clientIn(context);
    const outcome = (await limitOn(client, context)) ?? (await context.transfers.deposit(client, order));
    return answered(id, told(outcome, context));
  },
};

const byType = { __resolveType: ({ type }: { readonly type: string }): string => type };

export const resolvers = {
  ...scalars,
  Query,
  Mutation,
  Subscription,
  ...fields,
  OpenAccountOutcome: byType,
  LogInOutcome: byType,
  ChangePasswordOutcome: byType,
  TransferOutcome: byType,
  CommandOutcome: byType,
};
