import pg from 'pg';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkajsClient, Producer } from '@bank/messaging';
import { commandHeaders, formatCents, partitionOf, topics } from '@bank/topology';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank, type Bank } from '../bank/bank.ts';
import { randomTransfers, type Account } from '../bank/commands.ts';
import { startEndpoint } from '../bank/endpoint.ts';
import { Watermarks } from '../bank/watermarks.ts';
import { auditRunning, type Comparison, type RunningBank } from './running.ts';

type Stored = { readonly version: bigint; readonly balance: bigint };

describe('an audit of a running bank', () => {
  const random = xoroshiro128plus(1);
  const resources = new AsyncDisposableStack();
  let bank: Bank;
  let running: RunningBank;
  let accounts: readonly Account[];
  let producer: Producer<'confirm_money_transfer'>;
  let rogue: Producer<'balance_changed'>;

  beforeAll(async () => {
    bank = resources.use(await openBank());
    running = { ...bank, endpointDatabaseUrl: await bank.createDatabase() };
    resources.use(await bank.startHandler());
    resources.use(await startEndpoint(bank, { databaseUrl: running.endpointDatabaseUrl }));
    accounts = await openAccounts(bank, 10);
    producer = resources.use(await Producer.connect(bank.connection, ['confirm_money_transfer']));
    rogue = resources.use(await Producer.connect(bank.connection, ['balance_changed']));
  });
  afterAll(() => resources.disposeAsync());

  const audited = (patienceMs = 30_000): Promise<Comparison> =>
    auditRunning(running, { patienceMs, tell: () => undefined, onProgress: () => undefined });

  const query = async (databaseUrl: string, text: string, values: readonly unknown[]): Promise<readonly unknown[]> => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<object>(text, [...values]);
    await client.end();
    return rows;
  };

  const account = (nth: number): string => accounts[nth]?.iban ?? '';
  const stored = async (iban: string): Promise<Stored> => {
    const [row] = (await query(bank.databaseUrl, 'select version, balance from accounts where iban = $1', [iban])) as { version: string; balance: string }[];
    return { version: BigInt(row?.version ?? 0), balance: BigInt(row?.balance ?? 0) };
  };
  const state = ({ version, balance }: Stored): object => ({ version: String(version), balance: String(balance) });
  const euros = (cents: bigint): string => formatCents(cents, 'en-IE');

  const forge = async (iban: string, version: bigint, newBalance: bigint, headers: Record<string, string> = {}): Promise<void> => {
    const change = { version, new_balance: newBalance, changed_by: 1n, from_to: 'cash', description: '', transfer_id: null, changed_at: new Date() };
    await rogue.send([{ topic: 'balance_changed', key: iban, headers, record: { type: 'BalanceChanged', value: { iban, ...change } } }]);
  };

  it('finds all equal while transfers go on', async () => {
    await using watermarks = await Watermarks.connect(bank.connection);
    const isAudited = new AbortController();
    const work = (async () => {
      while (!isAudited.signal.aborted) await producer.send(randomTransfers(accounts, 20, random));
    })();
    await expect.poll(() => watermarks.written('balance_changed'), { timeout: 25_000 }).toBeGreaterThan(500);
    const { scope, audit, transactions, differences } = await audited();
    const writtenSoon = await watermarks.written('balance_changed');
    isAudited.abort();
    await work;
    expect({ scope, differences, findings: audit.findings }).toEqual({ scope: 'everything', differences: [], findings: [] });
    expect(transactions).toBeGreaterThan(500);
    expect(writtenSoon).toBeGreaterThan(audit.changes);
    await untilDone(bank);
  });

  it("finds a cent in the handler's database", async () => {
    const iban = account(0);
    const right = await stored(iban);
    await query(bank.databaseUrl, 'update accounts set balance = balance + 1 where iban = $1', [iban]);
    const { differences } = await audited();
    await query(bank.databaseUrl, 'update accounts set balance = balance - 1 where iban = $1', [iban]);
    expect(differences).toEqual([{
      iban,
      handler: state({ ...right, balance: right.balance + 1n }),
      topics: state(right),
      endpoint: state(right),
      faults: ["the balance in the handler's database is not where the events lead", "at this version the endpoint's balance is not the handler's"],
    }]);
  });

  it("finds a cent in a balance, in a transaction, and in a transaction too many of the endpoint's database", async () => {
    const [shown, changed, added] = [account(1), account(2), account(3)];
    const [ofShown, ofChanged, ofAdded] = await Promise.all([shown, changed, added].map(stored));
    if (!ofShown || !ofChanged || !ofAdded) throw new Error('no accounts');
    const place = (await query(running.endpointDatabaseUrl, 'select kafka_offset as offset from transactions where iban = $1 and ordinal = 1', [changed])) as { offset: string }[];
    const edit = (text: string, iban: string): Promise<unknown> => query(running.endpointDatabaseUrl, text, [iban]);
    await edit('update accounts set balance = balance - 1 where iban = $1', shown);
    await edit('update transactions set new_balance = new_balance + 1 where iban = $1 and ordinal = 1', changed);
    await edit(`insert into transactions select iban, ordinal + 1000000, version, 1, new_balance + 1, from_to, description, transfer_id, changed_at, kafka_partition,
      kafka_offset, shown_offset, published_at from transactions where iban = $1 and ordinal = 1`, added);
    const { differences, audit } = await audited();
    await edit('update accounts set balance = balance + 1 where iban = $1', shown);
    await edit('update transactions set new_balance = new_balance - 1 where iban = $1 and ordinal = 1', changed);
    await edit('delete from transactions where iban = $1 and ordinal > 1000000', added);
    const first = `balance_changed/${partitionOf(changed, topics.balance_changed.partitions)}@${place[0]?.offset}`;
    expect(audit.findings).toEqual([]);
    expect(new Map(differences.map(({ iban, faults }) => [iban, faults]))).toEqual(new Map([
      [shown, [`the endpoint shows the balance ${euros(ofShown.balance - 1n)}, and a last transaction that leaves ${euros(ofShown.balance)}`]],
      [changed, [expect.stringContaining(`transaction 1 in the endpoint's database is not the event at ${first}: new_balance is`)]],
      [added, ["transaction 1000001 in the endpoint's database is on no topic"]],
    ]));
  });

  it('finds a cent on the topic: an event too many, one that contradicts another, and one that says it is of a command yet to come', async () => {
    const [more, other, coming] = [account(4), account(5), account(6)];
    const [ofMore, ofOther, ofComing] = await Promise.all([more, other, coming].map(stored));
    if (!ofMore || !ofOther || !ofComing) throw new Error('no accounts');
    const yetToCome = { [commandHeaders.topic]: 'confirm_money_transfer', [commandHeaders.partition]: '0', [commandHeaders.offset]: '999999999' };
    await forge(coming, ofComing.version + 1n, ofComing.balance + 1n, yetToCome);
    await forge(more, ofMore.version + 1n, ofMore.balance + 1n);
    await forge(other, ofOther.version, ofOther.balance + 1n);
    const { differences, audit } = await audited();
    const byIban = new Map(differences.map(difference => [difference.iban, difference]));
    expect([...byIban.keys()]).toEqual([more, other, coming].sort());
    expect(byIban.get(more)).toEqual({
      iban: more,
      handler: state(ofMore),
      topics: state({ version: ofMore.version + 1n, balance: ofMore.balance + 1n }),
      endpoint: state(ofMore),
      faults: [
        `on the topic are the events of ${ofMore.version + 1n} versions, and the handler's database is at ${ofMore.version}`,
        `the endpoint has its version ${ofMore.version + 1n}, and the handler has settled no more than ${ofMore.version}`,
      ],
    });
    expect(byIban.get(coming)?.faults).toEqual([`the endpoint has its version ${ofComing.version + 1n}, and the handler has settled no more than ${ofComing.version}`]);
    expect(byIban.get(other)?.faults).toEqual([expect.stringContaining('an event there contradicts what was known')]);
    expect(audit.findings).toEqual(expect.arrayContaining([
      expect.stringMatching(new RegExp(`^an event has other content than the one told first: balance_changed/\\d@\\d+ of ${other}$`)),
    ]));
  });

  it('compares balances still when commands and feedback are no longer kept', async () => {
    const admin = kafkajsClient(bank.connection).admin();
    await admin.connect();
    const topic = `${bank.connection.topicPrefix}confirm_account_creation`;
    // kafkajs only finds the leader of a topic that it has been asked for before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
    await admin.disconnect();
    const { scope, differences } = await audited();
    expect({ scope, ibans: differences.map(({ iban }) => iban) }).toEqual({ scope: 'balances', ibans: [4, 5, 6].map(account).sort() });
  });

  it('tells that the endpoint does not project', async () => {
    await query(running.endpointDatabaseUrl, `update projected_offsets set next_offset = next_offset - 1 where topic = 'money_transfer_feedback' and partition = 0`, []);
    const told: string[] = [];
    await auditRunning(running, { patienceMs: 100, tell: sentence => told.push(sentence), onProgress: () => undefined });
    expect(told).toContain('the endpoint has not projected 1 events within 0.1 s: does it run? Its accounts are compared as they are');
  });
});
