-- Up Migration

-- What the projection gains only the topics can tell: it is emptied here, and built anew from their first offset at the next start.
truncate transactions, accounts, projected_offsets;

alter table accounts
  -- The highest ordinal that is stored. Above `ordinal` while one before it is missing.
  add column newest bigint not null default 0,
  -- When the newest transaction that readers see happened.
  add column changed_at timestamptz,
  -- Whether its events bear versions, as its first one did or did not; null before that.
  add column is_numbered boolean,
  -- The offset of the first event that contradicts what was known. Of what stands there and later readers see nothing.
  add column stopped_offset bigint;

create index accounts_with_gap on accounts (iban) where newest > ordinal and stopped_offset is null;
create index accounts_stopped on accounts (iban) where stopped_offset is not null;
create index accounts_by_balance on accounts (balance, iban);
create index accounts_by_change on accounts (coalesce(changed_at, '-infinity'), iban);

alter table transactions
  -- The offset of the event with which readers began to see it: its own, or that of a later one, before which an earlier version was missing.
  add column shown_offset bigint not null,
  -- When the event was written to the topic.
  add column published_at timestamptz not null;

-- The order in which the transactions of a partition are seen.
create index transactions_as_shown on transactions (kafka_partition, shown_offset, ordinal);

-- The projection of money_transfer_feedback, which is kept for a week only: what the topic no longer has outlives a rebuild.
create table transfers (
  id uuid primary key,
  -- Why it was refused; null when it was confirmed. The first feedback of an id is its outcome.
  reason text,
  -- Where the command stood, when it was written there, and when it was settled; null when the headers do not say.
  command_partition integer,
  command_offset bigint,
  commanded_at timestamptz,
  settled_at timestamptz,
  -- Where the feedback stands, and when it was written there.
  kafka_partition integer not null,
  kafka_offset bigint not null,
  published_at timestamptz not null
);
