-- Up Migration

create table accounts (
  iban text primary key,
  -- The secret that authorises money leaving the account.
  token text not null,
  account_type text not null check (account_type in ('AUTO', 'MANUAL')),
  balance bigint not null,
  -- How many changes the account has seen.
  version bigint not null default 0 check (version >= 0)
);

-- Every command that was settled, with all that is needed to send its feedback and its events again, byte for byte.
create table ledger (
  id uuid primary key,
  -- SHA-256 of the decoded fields: the same id with other content is another command.
  content bytea not null,
  command_topic text not null,
  command_partition integer not null,
  command_offset bigint not null,
  -- Milliseconds since 1970, as the topic has it: a producer may write what is no date.
  command_timestamp bigint not null,
  settled_at timestamptz not null,
  -- Why the command was refused; null when it was confirmed.
  reason text,
  -- The account that a confirmed creation opened.
  opened text unique references accounts,
  -- A confirmed transfer, with the balances it left on accounts of this bank.
  debtor text,
  creditor text,
  amount bigint,
  description text,
  debit_balance bigint,
  debit_version bigint,
  credit_balance bigint,
  credit_version bigint,
  check (num_nonnulls(reason, opened, amount) = 1)
);

-- The next offset of each partition that is not yet settled.
create table settled_offsets (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
