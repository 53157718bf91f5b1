/** Settles a batch of commands in one transaction: outcomes, balances and offsets are one commit. */
import { timingSafeEqual } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Position } from '@bank/messaging';
import { inTransaction } from '@bank/service/database';
import { cents, isOwnIban, type CommandId } from '@bank/topology';
import { evolve, type Account } from '../account/account.ts';
import type { Draw, NewAccount } from '../account/opening.ts';
import { decideTransfer, type Transfer } from '../account/transfer.ts';
import { steps } from '../steps.ts';
import type { Command } from './command.ts';
import { settleKnown, type Entry, type Outcome, type Settled } from './entry.ts';
import { insertAccounts, lockAccounts, readLedger, writeChanges } from './statements.ts';

export type Batch = {
  /** In the order in which they are to be settled. */
  readonly commands: readonly Command[];
  /** How far each partition is settled when this is; none when that is told later. */
  readonly offsets: readonly Position[];
  readonly now: Date;
};

export type Bank = { readonly pool: Pool; readonly draw: Draw };

/**
 * Settles a batch: locks the accounts, reads what was settled before, decides each command in order, and writes it all in one commit.
 *
 * @returns how each command was settled, in order
 * @throws pg's DatabaseError; nothing was changed then
 */
export const settle = ({ pool, draw }: Bank, { commands, offsets, now }: Batch): Promise<readonly Settled[]> =>
  inTransaction(pool, async (client, commit) => {
    // Both are sent at once and done one after the other. The ledger is read after the locks: whoever settled one of these commands at
    // the same moment has committed by then, or fails by its id.
    const [accounts, ledger] = await Promise.all([lockAccounts(client, partiesOf(commands)), readLedger(client, commands.map(({ id }) => id))]);
    const opened = await openAccounts(client, draw, firstOfEachId(commands).filter(({ id }) => !ledger.has(id)));

    const changed = new Map<string, Account>();
    const entries: Entry[] = [];
    const settled = commands.map((command): Settled => {
      const known = ledger.get(command.id);
      if (known) return settleKnown(command, known, now);
      const { id, content, position, record } = command;
      const outcome = record.type === 'ConfirmAccountCreation' ? openedAccount(opened, id) : moveMoney(record.value, accounts, changed);
      const entry = { id, content, position, settledAt: now, outcome };
      ledger.set(id, entry);
      entries.push(entry);
      return { command, entry, as: 'new' };
    });

    steps.locked.publish({ messages: commands.length });
    await Promise.all([writeChanges(client, { accounts: [...changed.values()], entries, offsets }), commit()]);
    return settled;
  }, { readsFirst: true });

/** Every account of this bank that a transfer of the batch may change. */
const partiesOf = (commands: readonly Command[]): readonly string[] => {
  const parties = new Set<string>();
  for (const { record } of commands) {
    if (record.type !== 'ConfirmMoneyTransfer') continue;
    for (const party of [record.value.from, record.value.to]) if (isOwnIban(party)) parties.add(party);
  }
  return [...parties];
};

/** Decides a transfer on the accounts as the batch has left them so far, and notes what it changes. */
const moveMoney = (transfer: Transfer, accounts: Map<string, Account>, changed: Map<string, Account>): Outcome => {
  const outcome = decideTransfer(transfer, { accountOf: party => accounts.get(party), isSameToken });
  if (outcome.type === 'refused') return outcome;
  for (const [party, change] of [[transfer.from, outcome.debit], [transfer.to, outcome.credit]] as const) {
    const account = accounts.get(party);
    if (!account || !change) continue;
    const next = evolve(account, change);
    accounts.set(party, next);
    changed.set(party, next);
  }
  const { from, to, amount, description } = transfer;
  return { ...outcome, type: 'money moved', from, to, amount: cents(amount), description };
};

/** The commands that give their ids an outcome; later ones of the same id, of either kind, get that outcome or a refusal. */
const firstOfEachId = (commands: readonly Command[]): readonly Command[] => {
  const first = new Map<CommandId, Command>();
  for (const command of commands) if (!first.has(command.id)) first.set(command.id, command);
  return [...first.values()];
};

/** Opens an account for each creation; an IBAN that is taken is drawn again. */
const openAccounts = async (client: PoolClient, draw: Draw, commands: readonly Command[]): Promise<ReadonlyMap<CommandId, NewAccount>> => {
  const opened = new Map<CommandId, NewAccount>();
  let wanted = commands.flatMap(({ id, record }) => (record.type === 'ConfirmAccountCreation' ? [{ id, accountType: record.value.a_type }] : []));
  while (wanted.length > 0) {
    const drawn = wanted.map(creation => ({ creation, account: draw(creation.accountType) }));
    const inserted = new Set(await insertAccounts(client, drawn.map(({ account }) => account)));
    for (const { creation, account } of drawn) if (inserted.has(account)) opened.set(creation.id, account);
    wanted = wanted.filter(({ id }) => !opened.has(id));
  }
  return opened;
};

const openedAccount = (opened: ReadonlyMap<CommandId, NewAccount>, id: CommandId): Outcome => {
  const account = opened.get(id);
  if (!account) throw new Error('a creation was decided for which no account was opened');
  return { type: 'account opened', ...account };
};

const isSameToken = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
