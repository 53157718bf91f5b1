/** Settles a batch of commands in one transaction: outcomes, balances and offsets are one commit. */
import type { Pool, PoolClient } from 'pg';
import type { Position } from '@bank/messaging';
import { inTransaction } from '@bank/service/database';
import { isOwnIban, type AccountType, type CommandId } from '@bank/topology';
import type { Draw, NewAccount } from '../account/opening.ts';
import { steps } from '../steps.ts';
import { Accounts } from './accounts.ts';
import type { Command } from './command.ts';
import { settleKnown, type Entry, type Outcome, type Settled } from './entry.ts';
import { insertAccounts, lockAccounts, readLedger, writeChanges } from './statements.ts';

export type Batch = {
  /** In the order in which they are to be settled. */
  readonly commands: readonly Command[];
  /** How far each partition is settled when this is; none when that is told later. */
  readonly offsets: readonly Position[];
  readonly now: Date;
  /** Called when the commit is on its way: who waits for its answer has time for something else. */
  readonly whenSent?: () => void;
};

export type Bank = { readonly pool: Pool; readonly draw: Draw };

/**
 * Settles a batch: locks the accounts, reads what was settled before, decides each command in order, and writes it all in one commit.
 *
 * @returns how each command was settled, in order
 * @throws pg's DatabaseError; nothing was changed then
 */
export const settle = ({ pool, draw }: Bank, { commands, offsets, now, whenSent }: Batch): Promise<readonly Settled[]> =>
  inTransaction(pool, async (client, commit) => {
    // Both are sent at once and done one after the other. The ledger is read after the locks: whoever settled one of these commands at
    // the same moment has committed by then, or fails by its id.
    const [locked, ledger] = await Promise.all([lockAccounts(client, partiesOf(commands)), readLedger(client, commands.map(({ id }) => id))]);
    const opened = await openAccounts(client, draw, creationsIn(commands).filter(({ id }) => !ledger.has(id)));

    const accounts = new Accounts(locked);
    const entries: Entry[] = [];
    const settled = commands.map((command): Settled => {
      const known = ledger.get(command.id);
      if (known) return settleKnown(command, known, now);
      const { id, content, position, record } = command;
      const outcome = record.type === 'ConfirmAccountCreation' ? openedAccount(opened, id) : accounts.move(record.value);
      const entry = { id, content, position, settledAt: now, outcome };
      ledger.set(id, entry);
      entries.push(entry);
      return { command, entry, as: 'new' };
    });

    steps.locked.publish({ messages: commands.length });
    const committed = Promise.all([writeChanges(client, { accounts: accounts.changed, entries, settledAt: now, offsets }), commit()]);
    whenSent?.();
    await committed;
    return settled;
  }, { readsFirst: true });

/** Every account of this bank that a transfer of the batch may change. */
const partiesOf = (commands: readonly Command[]): readonly string[] => {
  const parties = new Set<string>();
  for (const { record } of commands) {
    if (record.type !== 'ConfirmMoneyTransfer') continue;
    const { from, to } = record.value;
    if (!parties.has(from) && isOwnIban(from)) parties.add(from);
    if (!parties.has(to) && isOwnIban(to)) parties.add(to);
  }
  return [...parties];
};

type Creation = { readonly id: CommandId; readonly accountType: AccountType };

/** The creations that give their ids an outcome; later commands of the same id, of either kind, get that outcome or a refusal. */
const creationsIn = (commands: readonly Command[]): readonly Creation[] => {
  // Most batches have none, and then nothing is looked up.
  if (commands.every(({ record }) => record.type !== 'ConfirmAccountCreation')) return [];
  const ids = new Set<CommandId>();
  return commands.flatMap(({ id, record }) => {
    if (ids.has(id)) return [];
    ids.add(id);
    return record.type === 'ConfirmAccountCreation' ? [{ id, accountType: record.value.a_type }] : [];
  });
};

/** Opens an account for each creation; an IBAN that is taken is drawn again. */
const openAccounts = async (client: PoolClient, draw: Draw, creations: readonly Creation[]): Promise<ReadonlyMap<CommandId, NewAccount>> => {
  const opened = new Map<CommandId, NewAccount>();
  let wanted = creations;
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
