/** Every account as the handler's database, the topics and the endpoint's database have it: the same, or how they differ. Pure. */
import { company, formatCents } from '@bank/topology';
import type { History } from './history.ts';
import type { Misprojected } from './projection-book.ts';
import type { ProjectedAccount, Row } from './projection.ts';
import type { Snapshot } from './snapshot.ts';

/** A balance and the version of its account that left it; money in cents, as decimal text. Null where the account is not known. */
type State = { readonly version: string; readonly balance: string } | null;

/** An account on which not all three agree. */
export type Difference = {
  readonly iban: string;
  readonly handler: State;
  readonly topics: State;
  /** At the handler's version, when the endpoint has that. */
  readonly endpoint: State;
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
};

export type Evidence = {
  readonly handler: Snapshot['accounts'];
  /** The same after the endpoint's database was read: that cannot be further. */
  readonly handlerLater: Snapshot['accounts'];
  readonly topics: ReadonlyMap<string, Pick<History, 'version' | 'balance' | 'hasGap'>>;
  readonly endpoint: ReadonlyMap<string, ProjectedAccount>;
  readonly misprojected: readonly Misprojected[];
  /** Rows as they are that differ from their events. */
  readonly rows: readonly Row[];
  /** Ordinals of rows that no event led to, by account. */
  readonly invented: ReadonlyMap<string, readonly number[]>;
};

type Known = { readonly version: bigint; readonly balance: bigint };

const euros = (cents: bigint | string): string => formatCents(BigInt(cents), 'en-IE');
const stateOf = (known: Known | undefined): State => (known ? { version: String(known.version), balance: String(known.balance) } : null);

/** The accounts on which not all agree, in the order of their IBANs. */
export const differencesIn = (evidence: Evidence): readonly Difference[] => {
  const { handler, handlerLater, topics, endpoint, misprojected, rows, invented } = evidence;
  const rowFaults = Map.groupBy(misprojected, ({ row }) => row.iban);
  const stored = new Map(rows.map(row => [`${row.iban}/${row.ordinal}`, row]));
  const ibans = new Set([...handler.keys(), ...topics.keys(), ...endpoint.keys(), ...rowFaults.keys(), ...invented.keys()]);
  return [...ibans].sort().flatMap(iban => {
    const [held, told, shown] = [handler.get(iban), topics.get(iban), endpoint.get(iban)];
    const faults = [
      ...faultsOfHandler(held, told),
      ...(held ? faultsOfBalance(iban, held, shown) : []),
      ...(shown ? faultsOfEnd(iban, shown, handlerLater.get(iban)) : []),
      ...(rowFaults.get(iban) ?? []).map(({ place, row, isMissing }) =>
        isMissing
          ? `the event at ${place} is not in the endpoint's database`
          : `transaction ${row.ordinal} in the endpoint's database is not the event at ${place}${differing(row, stored.get(`${iban}/${row.ordinal}`))}`),
      ...(invented.get(iban) ?? []).map(ordinal => `transaction ${ordinal} in the endpoint's database is on no topic`),
    ];
    if (faults.length === 0) return [];
    return [{ iban, handler: stateOf(held), topics: stateOf(told), endpoint: stateOf(shown && stateThen(iban, shown, held)), faults }];
  });
};

const faultsOfHandler = (held: Known | undefined, told: (Known & { readonly hasGap: boolean }) | undefined): readonly string[] => {
  if (!held && !told) return [];
  if (!held) return ["it is not in the handler's database"];
  if (!told) return ['no topic tells that it was opened'];
  if (told.hasGap) return [`on the topic the event of version ${told.version + 1n} is missing`];
  if (told.version !== held.version) return [`on the topic are the events of ${told.version} versions, and the handler's database is at ${held.version}`];
  return told.balance === held.balance ? [] : ["the balance in the handler's database is not where the events lead"];
};

/** The endpoint may be further than the handler was: it is compared at the handler's version. */
const faultsOfBalance = (iban: string, held: Known, shown: ProjectedAccount | undefined): readonly string[] => {
  if (!shown) return ["it is not in the endpoint's database"];
  if (shown.ordinal < held.version) return [`the endpoint shows it up to version ${shown.ordinal} only`];
  return stateThen(iban, shown, held).balance === held.balance ? [] : ["at this version the endpoint's balance is not the handler's"];
};

const faultsOfEnd = (iban: string, shown: ProjectedAccount, later: Known | undefined): readonly string[] => {
  const last = shown.ordinal === 0n ? openingOf(iban) : shown.lastBalance;
  const settled = later?.version ?? 0n;
  return [
    ...(shown.newest > settled ? [`the endpoint has its version ${shown.newest}, and the handler has settled no more than ${settled}`] : []),
    ...(last === undefined ? [`the endpoint has lost its newest transaction, ${shown.ordinal}`] : []),
    ...(last !== undefined && last !== shown.balance ? [`the endpoint shows the balance ${euros(shown.balance)}, and a last transaction that leaves ${euros(last)}`] : []),
    ...(shown.stoppedOffset === undefined ? [] : [`the endpoint shows nothing of it from offset ${shown.stoppedOffset} of its partition on: an event there contradicts what was known`]),
  ];
};

const openingOf = (iban: string): bigint => (iban === company.iban ? company.openingBalance : 0n);

/** What the endpoint has at the handler's version; what it shows now when it has not that. */
const stateThen = (iban: string, shown: ProjectedAccount, held: Known | undefined): Known => {
  const balance = held?.version === 0n ? openingOf(iban) : shown.balanceThen;
  return held && balance !== undefined ? { version: held.version, balance } : { version: shown.ordinal, balance: shown.balance };
};

/** In which columns a row differs. */
const differing = (due: Row, stored: Row | undefined): string => {
  if (!stored) return '';
  const names = (Object.keys(due) as (keyof Row)[]).filter(name => due[name] !== stored[name]);
  const isMoney = (name: string): boolean => name === 'changed_by' || name === 'new_balance';
  const told = (name: keyof Row, row: Row): string => (isMoney(name) ? euros(row[name]) : `"${row[name]}"`);
  return `: ${names.map(name => `${name} is ${told(name, stored)} instead of ${told(name, due)}`).join(', ')}`;
};
