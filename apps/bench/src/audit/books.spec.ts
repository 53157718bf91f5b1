import { describe, expect, it } from 'vitest';
import { commandIdOf, company, ibanOf } from '@bank/topology';
import { newId } from '../bank/commands.ts';
import { Books, type Audit } from './books.ts';
import { answered, changed, creation, opened, transfer, unreadable, type ChangeFields } from './testing/messages.ts';

const [anna, ben, carl] = [ibanOf('0000000001'), ibanOf('0000000002'), ibanOf('0000000003')];
const depositId = newId();

const [annaOpens, benOpens] = [creation(0, newId()), creation(1, newId())];
const deposit = transfer(0, depositId, { from: 'cash', to: anna, amount: 100_00n });
const depositAgain = transfer(1, depositId, { from: 'cash', to: anna, amount: 100_00n });
const depositOther = transfer(2, depositId, { from: 'cash', to: anna, amount: 101_00n });
const lunch = transfer(3, newId(), { from: anna, to: ben, amount: 25_00n });
const tooMuch = transfer(4, newId(), { from: ben, to: anna, amount: 600_00n });
const purchase = transfer(5, newId(), { from: ben, to: 'shop', amount: 5_00n });

const [annaOpened, benOpened] = [opened(0, annaOpens, anna), opened(1, benOpens, ben)];
const [depositAnswer, depositAnswerAgain] = [answered(0, deposit), answered(1, deposit)];
const depositRefusal = answered(2, depositOther, 'id was used for another command');
const lunchAnswer = answered(3, lunch);
const tooMuchAnswer = answered(4, tooMuch, 'insufficient funds');
const purchaseAnswer = answered(5, purchase);

const depositCredit = changed(0, deposit, { iban: anna, by: 100_00n, leaves: 100_00n, version: 1n });
const lunchDebit = changed(1, lunch, { iban: anna, by: -25_00n, leaves: 75_00n, version: 2n });
const lunchFields = { iban: ben, by: 25_00n, leaves: 25_00n, version: 1n };
const lunchCredit = changed(2, lunch, lunchFields);
const purchaseDebit = changed(3, purchase, { iban: ben, by: -5_00n, leaves: 20_00n, version: 2n });

type Evidence = {
  readonly commands: readonly Parameters<Books['command']>[0][];
  readonly deadLetters: readonly Parameters<Books['deadLetter']>[0][];
  readonly feedbacks: readonly Parameters<Books['feedback']>[0][];
  readonly changes: readonly Parameters<Books['change']>[0][];
  readonly accounts: Readonly<Record<string, { readonly balance: bigint; readonly version: bigint }>>;
  readonly outcomes: number;
  /** Where the first transfer stands that was not settled when the audit began. */
  readonly settled: bigint;
};

/** A bank that has kept all its promises. */
const good: Evidence = {
  commands: [annaOpens, benOpens, deposit, depositAgain, depositOther, lunch, tooMuch, purchase],
  deadLetters: [],
  feedbacks: [annaOpened, benOpened, depositAnswer, depositAnswerAgain, depositRefusal, lunchAnswer, tooMuchAnswer, purchaseAnswer],
  changes: [depositCredit, lunchDebit, lunchCredit, purchaseDebit],
  accounts: {
    [company.iban]: { balance: company.openingBalance, version: 0n },
    [anna]: { balance: 75_00n, version: 2n },
    [ben]: { balance: 20_00n, version: 2n },
  },
  outcomes: 6,
  settled: 100n,
};

/** Audits the good bank, with some of its evidence replaced. */
const audited = (replaced: Partial<Evidence>): Audit => {
  const { commands, deadLetters, feedbacks, changes, accounts, outcomes, settled } = { ...good, ...replaced };
  const offsets = new Map([['confirm_account_creation/0', 100n], ['confirm_money_transfer/0', settled]]);
  const books = new Books({ accounts: new Map(Object.entries(accounts)), settled: offsets, outcomes });
  for (const command of commands) books.command(command);
  for (const position of deadLetters) books.deadLetter(position);
  for (const feedback of feedbacks) books.feedback(feedback);
  for (const change of changes) books.change(change);
  return books.close();
};

const without = <T>(all: readonly T[], ...left: readonly T[]): readonly T[] => all.filter(one => !left.includes(one));
const replaced = <T>(all: readonly T[], one: T, by: T): readonly T[] => all.map(each => (each === one ? by : each));

describe('the audit of a bank that kept its promises', () => {
  it('finds nothing, and counts', () => {
    expect(audited({})).toEqual({
      commands: 8,
      waiting: 0,
      buried: 0,
      ids: 6,
      accountsOpened: 2,
      transfersConfirmed: 3,
      refused: { 'insufficient funds': 1 },
      conflicts: 1,
      changes: 4,
      repeated: { feedbacks: 0, events: 0 },
      money: { opening: '100000000000000000', cameIn: '10000', left: '500', balances: '100000000000009500' },
      findings: [],
    });
  });

  it('takes what is told again in the same bytes', () => {
    const changes = [...good.changes, lunchDebit, lunchCredit];
    const { findings, repeated } = audited({ feedbacks: [...good.feedbacks, lunchAnswer], changes });
    expect({ findings, repeated }).toEqual({ findings: [], repeated: { feedbacks: 1, events: 2 } });
  });

  it('takes the changes of an account in any order', () => {
    expect(audited({ changes: good.changes.toReversed() }).findings).toEqual([]);
  });

  it('leaves out commands that were not settled when it began, and what came of them since', () => {
    const accounts = { ...good.accounts, [ben]: { balance: 25_00n, version: 1n } };
    const { findings, waiting } = audited({ settled: purchase.raw.offset, outcomes: 5, accounts });
    expect({ findings, waiting }).toEqual({ findings: [], waiting: 1 });
  });

  it('takes dead letters for answers', () => {
    const { findings, buried } = audited({
      commands: [...without(good.commands, tooMuch), unreadable(tooMuch), transfer(6, newId(), { from: anna, to: ben, amount: 1n })],
      deadLetters: [tooMuch.raw, { ...tooMuch.raw, offset: 6n }],
      feedbacks: without(good.feedbacks, tooMuchAnswer),
      outcomes: 5,
    });
    expect({ findings, buried }).toEqual({ findings: [], buried: 2 });
  });
});

describe('an audit finds', () => {
  /** An event like the one that told of the credit, but for this. */
  const event = (fields: Partial<ChangeFields>): (typeof good.changes)[number] => changed(9, lunch, { ...lunchFields, ...fields });
  const misdirected = { ...lunchCredit, raw: { ...lunchCredit.raw, headers: purchaseDebit.raw.headers } };
  const lunchFromCash = transfer(3, commandIdOf(lunch.record.value.id), { from: 'cash', to: ben, amount: 25_00n });
  const dearer = transfer(6, newId(), { from: anna, to: ben, amount: 700_00n });

  it.each<[what: string, broken: Partial<Evidence>, ...findings: string[]]>([
    ['a command that was not answered', { feedbacks: without(good.feedbacks, tooMuchAnswer) },
      'a command has no outcome: confirm_money_transfer/0@4',
      'the ledger has another number of ids than were answered: 6 instead of 5'],
    ['a repeat that was not answered', { feedbacks: without(good.feedbacks, depositAnswerAgain) },
      'a command was sent again and not answered again: confirm_money_transfer/0@0'],
    ['a conflict that was not refused', { feedbacks: without(good.feedbacks, depositRefusal) },
      'a command under the id of another was not refused: confirm_money_transfer/0@2'],
    ['a command that was refused as a conflict with itself',
      { feedbacks: [...good.feedbacks, answered(9, lunch, 'id was used for another command')] },
      'a command was refused as another than itself: confirm_money_transfer/0@3'],
    ['a second outcome of an id', { feedbacks: [...good.feedbacks, answered(9, tooMuch)] },
      'an id has another outcome than the one told first: money_transfer_feedback/0@9'],
    ['feedback to nobody', { feedbacks: [...good.feedbacks, answered(9, dearer)] },
      'a feedback is of no command: money_transfer_feedback/0@9'],
    ['feedback of the wrong kind', { feedbacks: replaced(good.feedbacks, tooMuchAnswer, opened(9, tooMuch, ben)) },
      'a feedback is of the other kind of command: account_creation_feedback/0@9'],
    ['feedback that cannot be read', { feedbacks: [...good.feedbacks, unreadable(lunchAnswer)] },
      'what the handler sent cannot be read, or does not tell of which command it is: money_transfer_feedback/0@3'],
    ['an event that does not tell of which command it is',
      { changes: [...good.changes, { ...lunchDebit, raw: { ...lunchDebit.raw, headers: {} } }] },
      'what the handler sent cannot be read, or does not tell of which command it is: balance_changed/0@1'],
    ['a missing event', { changes: without(good.changes, lunchCredit) },
      'an event of a confirmed transfer is missing: confirm_money_transfer/0@3',
      `events are missing, or too many: ${ben} has them up to 0 without a gap, and is at 2`],
    ['a missing last event', { changes: without(good.changes, purchaseDebit) },
      'an event of a confirmed transfer is missing: confirm_money_transfer/0@5',
      `events are missing, or too many: ${ben} has them up to 1 without a gap, and is at 2`],
    ['an event with other content than before', { changes: [...good.changes, event({ leaves: 26_00n })] },
      `an event has other content than the one told first: balance_changed/0@9 of ${ben}`],
    ['an event with other headers than before', { changes: [...good.changes, misdirected] },
      `an event has other content than the one told first: balance_changed/0@2 of ${ben}`],
    ['an event beyond a gap', { changes: [...good.changes, event({ version: 4n })] },
      `events are missing, or too many: ${ben} has them up to 2 without a gap, and is at 2`],
    ['a transfer that moved its money twice', { changes: [...good.changes, event({ version: 3n, leaves: 45_00n })] },
      'a transfer moved its money twice: balance_changed/0@9',
      `events are missing, or too many: ${ben} has them up to 3 without a gap, and is at 2`],
    ['an event of other money than its transfer', { changes: replaced(good.changes, lunchCredit, event({ by: 26_00n, leaves: 26_00n })) },
      'an event tells of other money than its transfer: balance_changed/0@9',
      'an event of a confirmed transfer is missing: confirm_money_transfer/0@3'],
    ['an event on an account that is no party of its transfer',
      { changes: [...good.changes, event({ iban: company.iban, leaves: company.openingBalance + 25_00n })] },
      'an event tells of other money than its transfer: balance_changed/0@9'],
    ['an event of another payer than its transfer has',
      { changes: replaced(good.changes, lunchCredit, changed(9, lunchFromCash, lunchFields)) },
      'an event tells of other money than its transfer: balance_changed/0@9'],
    ['an event that names another command', { changes: replaced(good.changes, lunchCredit, misdirected) },
      'an event is of no confirmed transfer: balance_changed/0@2'],
    ['an event of a transfer that was refused',
      { changes: [...good.changes, changed(9, tooMuch, { iban: anna, by: 600_00n, leaves: 675_00n, version: 3n })] },
      'an event is of no confirmed transfer: balance_changed/0@9'],
    ['a balance that does not follow from the one before', { changes: replaced(good.changes, lunchCredit, event({ leaves: 26_00n })) },
      `a balance is not the one before it plus the change: ${ben} version 1, ${ben} version 2`],
    ['a balance beyond its limit',
      { changes: [...good.changes, changed(9, dearer, { iban: anna, by: -700_00n, leaves: -500_01n, version: 3n })] },
      `a balance passes its limit: balance_changed/0@9 of ${anna}`],
    ['an event under the wrong key', { changes: replaced(good.changes, lunchCredit, event({ key: anna })) },
      `an event stands under another key than its account: balance_changed/0@9 of ${ben}`],
    ['an event without a version', { changes: [...good.changes, event({ version: 0n })] },
      `an event is of no account, or has no version: balance_changed/0@9 of ${ben}`],
    ['a wrong balance in the database', { accounts: { ...good.accounts, [ben]: { balance: 20_01n, version: 2n } } },
      `a balance is not where its events lead: ${ben} has 2001 instead of 2000`,
      `a balance is not what the confirmed transfers add up to: ${ben} has 2001 instead of 2000`,
      'money is not conserved: the balances are 100000000000009501 instead of 100000000000009500'],
    ['a transfer that the database applied twice',
      { accounts: { ...good.accounts, [anna]: { balance: 50_00n, version: 3n }, [ben]: { balance: 45_00n, version: 3n } } },
      `events are missing, or too many: ${anna} has them up to 2 without a gap, and is at 3, ${ben} has them up to 2 without a gap, and is at 3`,
      `a balance is not what the confirmed transfers add up to: ${anna} has 5000 instead of 7500, ${ben} has 4500 instead of 2000`],
    ['an account that the database does not have', { accounts: { [company.iban]: { balance: company.openingBalance, version: 0n } } },
      `an account is not in the database: ${anna}, ${ben}`],
    ['an account that nobody opened', { accounts: { ...good.accounts, [carl]: { balance: 0n, version: 0n } } },
      `an account was never opened: ${carl}`],
    ['an outcome too many in the ledger', { outcomes: 7 },
      'the ledger has another number of ids than were answered: 7 instead of 6'],
    ['a command that cannot be read and is no dead letter', { commands: [...good.commands, unreadable(dearer)] },
      'a command that cannot be read is no dead letter: confirm_money_transfer/0@6'],
  ])('%s', (_, broken, ...findings) => {
    expect(audited(broken).findings).toEqual(expect.arrayContaining(findings));
  });

  it('how often something is wrong, and shows the first five places', () => {
    const places = [...[0, 1].map(offset => `confirm_account_creation/0@${offset}`), ...[0, 1, 2].map(offset => `confirm_money_transfer/0@${offset}`)];
    expect(audited({ feedbacks: [] }).findings).toContain(`a command has no outcome: ${places.join(', ')} and 3 more`);
  });
});
