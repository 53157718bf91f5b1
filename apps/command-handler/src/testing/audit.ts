/**
 * Whether the bank kept its promises, by evidence alone: what was asked and what was told, as it stands on the topics, is reckoned up
 * without any code of the handler, and compared with its database.
 */
import pg from 'pg';
import { cash, commandIdOf, company, limits, type ValueOn } from '@bank/topology';
import { connectionTo, gatherEvidence, type Evidence } from './evidence.ts';

type Message = Evidence['messages'][number];
type Change = ValueOn<'balance_changed', 'BalanceChanged'>;
type Transfer = Pick<ValueOn<'confirm_money_transfer', 'ConfirmMoneyTransfer'>, 'from' | 'to' | 'amount'>;

/** What was told, with the bytes of each time it was. */
type Told<T> = { readonly fact: T; readonly copies: string[] };

/** The database as far as it can be compared. */
type Database = {
  readonly accounts: readonly { readonly iban: string; readonly balance: bigint; readonly version: bigint }[];
  readonly outcomes: number;
};

export type Audit = {
  readonly commands: number;
  readonly confirmedTransfers: number;
  /** How many feedbacks and events stand on their topics once more. */
  readonly repeats: number;
  /** What must not be; none when every promise was kept. */
  readonly complaints: readonly string[];
};

/** Audits a bank at rest: every command is settled and published. Each id must stand for one command only. */
export const audit = async (env: Readonly<Record<string, string>>, databaseUrl: string): Promise<Audit> => {
  const evidence = await gatherEvidence(connectionTo(env));
  const books = new Books(evidence.messages);
  const told = [...books.answers.values(), ...books.changes.values()];
  return {
    commands: books.asked.size,
    confirmedTransfers: books.confirmed.length,
    repeats: told.reduce((sum, { copies }) => sum + copies.length - 1, 0),
    complaints: [
      ...books.unreadable,
      ...(evidence.deadLetters === 0 ? [] : [`${evidence.deadLetters} dead letters`]),
      ...wrongAnswers(books),
      ...wrongMoves(books),
      ...wrongHistories(books),
      ...wrongBalances(books, await read(databaseUrl)),
    ],
  };
};

const read = async (databaseUrl: string): Promise<Database> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ iban: string; balance: string; version: string }>('select iban, balance, version from accounts');
    const { rowCount: outcomes } = await client.query('select from ledger');
    return { accounts: rows.map(({ iban, balance, version }) => ({ iban, balance: BigInt(balance), version: BigInt(version) })), outcomes: outcomes ?? 0 };
  } finally {
    await client.end();
  }
};

/** All messages, sorted by what they are about. */
class Books {
  /** Every command by its id; a creation has no transfer. */
  readonly asked = new Map<string, Transfer | undefined>();
  readonly answers = new Map<string, Told<'confirmed' | 'refused'>>();
  /** By account and version. */
  readonly changes = new Map<string, Told<Change>>();
  /** What each account of the bank was opened with. */
  readonly opened = new Map<string, bigint>([[company.iban, company.openingBalance]]);
  readonly unreadable: string[] = [];

  constructor(messages: readonly Message[]) {
    for (const message of messages) {
      if ('record' in message) this.#add(message);
      else this.unreadable.push(`${message.topic}/${message.raw.partition} at ${message.raw.offset}: ${message.unreadable}`);
    }
  }

  get confirmed(): readonly (Transfer & { readonly id: string })[] {
    return [...this.asked].flatMap(([id, transfer]) => (transfer && this.answers.get(id)?.fact === 'confirmed' ? [{ ...transfer, id }] : []));
  }

  #add({ record, raw }: Extract<Message, { readonly record: unknown }>): void {
    switch (record.type) {
      case 'ConfirmAccountCreation':
        this.asked.set(commandIdOf(record.value.id), undefined);
        break;
      case 'ConfirmMoneyTransfer':
        this.asked.set(commandIdOf(record.value.id), record.value);
        break;
      case 'AccountCreationConfirmed':
        this.opened.set(record.value.iban, 0n);
        note(this.answers, commandIdOf(record.value.id), 'confirmed', raw);
        break;
      case 'MoneyTransferConfirmed':
        note(this.answers, commandIdOf(record.value.id), 'confirmed', raw);
        break;
      case 'AccountCreationFailed':
      case 'MoneyTransferFailed':
        note(this.answers, commandIdOf(record.value.id), 'refused', raw);
        break;
      case 'BalanceChanged':
        note(this.changes, `${record.value.iban} version ${record.value.version}`, record.value, raw);
        break;
    }
  }
}

const note = <T>(book: Map<string, Told<T>>, name: string, fact: T, { partition, key, value, headers }: Message['raw']): void => {
  const hex = (bytes: Buffer | null): string => bytes?.toString('hex') ?? 'null';
  const headerLines = Object.entries(headers).map(([header, values]) => `${header}=${values.map(hex).join()}`);
  const told = book.get(name) ?? { fact, copies: [] };
  told.copies.push([partition, hex(key), hex(value), ...headerLines].join(' '));
  book.set(name, told);
};

/** Every command has one outcome, and what is told again is told in the same bytes. */
const wrongAnswers = ({ asked, answers, changes }: Books): readonly string[] => [
  ...[...asked.keys()].filter(id => !answers.has(id)).map(id => `${id} has no outcome`),
  ...[...answers.keys()].filter(id => !asked.has(id)).map(id => `${id} was answered and never asked`),
  ...[...answers, ...changes].filter(([, { copies }]) => new Set(copies).size > 1).map(([name]) => `${name} was told in different ways`),
];

/** Every confirmed transfer changed each of its accounts once, and nothing else changed any. */
const wrongMoves = ({ confirmed, changes, opened }: Books): readonly string[] => {
  const line = (id: string, iban: string, cents: bigint): string => `${id} moved ${cents} on ${iban}`;
  const due = confirmed.flatMap(({ id, from, to, amount }) => [
    ...(opened.has(from) ? [line(id, from, -amount)] : []),
    ...(opened.has(to) ? [line(id, to, amount)] : []),
  ]);
  const made = [...changes.values()].map(({ fact: { transfer_id: id, iban, changed_by: cents } }) => line(id ? commandIdOf(id) : 'nobody', iban, cents));
  return differences(due, made);
};

/** The changes of an account are numbered from 1 without a gap, each goes on from the balance before, and no debit passes the limit. */
const wrongHistories = ({ changes, opened }: Books): readonly string[] =>
  [...Map.groupBy(changes.values(), ({ fact }) => fact.iban)].flatMap(([iban, told]) => {
    const history = told.map(({ fact }) => fact).sort((a, b) => Number(a.version - b.version));
    let balance = opened.get(iban) ?? 0n;
    return history.flatMap(({ version, new_balance: newBalance, changed_by: cents }, at) => {
      balance += cents;
      const name = `${iban} version ${version}`;
      return [
        ...(version === BigInt(at + 1) ? [] : [`${name} stands where version ${at + 1} should`]),
        ...(newBalance === balance ? [] : [`${name} leaves ${newBalance} instead of ${balance}`]),
        ...(cents > 0n || newBalance >= limits.overdraft ? [] : [`${name} passes the limit`]),
      ];
    });
  });

/** The database has what the confirmed transfers add up to, an outcome for each command, and no cent more or less than came in. */
const wrongBalances = ({ asked, confirmed, changes, opened }: Books, { accounts, outcomes }: Database): readonly string[] => {
  const balances = new Map(opened);
  const add = (iban: string, cents: bigint): void => {
    const balance = balances.get(iban);
    if (balance !== undefined) balances.set(iban, balance + cents);
  };
  let money = company.openingBalance as bigint;
  for (const { from, to, amount } of confirmed) {
    add(from, -amount);
    add(to, amount);
    if (from === cash) money += amount;
    if (!opened.has(to)) money -= amount;
  }
  const versions = Map.groupBy(changes.values(), ({ fact }) => fact.iban);
  const line = (iban: string, balance: bigint, version: bigint | number): string => `${iban} has ${balance} after ${version} changes`;
  const held = accounts.reduce((sum, { balance }) => sum + balance, 0n);
  return [
    ...differences(
      [...balances].map(([iban, balance]) => line(iban, balance, versions.get(iban)?.length ?? 0)),
      accounts.map(({ iban, balance, version }) => line(iban, balance, version)),
    ),
    ...(outcomes === asked.size ? [] : [`the ledger has ${outcomes} outcomes for ${asked.size} commands`]),
    ...(held === money ? [] : [`the accounts hold ${held}, and what came in and stayed is ${money}`]),
  ];
};

const differences = (due: readonly string[], found: readonly string[]): readonly string[] => {
  const missing = new Map<string, number>();
  for (const line of due) missing.set(line, (missing.get(line) ?? 0) + 1);
  for (const line of found) missing.set(line, (missing.get(line) ?? 0) - 1);
  return [...missing].flatMap(([line, count]) => (count === 0 ? [] : [`${line}: ${Math.abs(count)} times ${count > 0 ? 'too little' : 'too often'}`]));
};
