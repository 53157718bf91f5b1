-- Up Migration

create table users (
  id uuid primary key,
  username text not null unique,
  -- Argon2id, as a PHC string.
  password_hash text not null,
  role text not null check (role in ('CLIENT', 'EMPLOYEE')),
  -- The id of the command that opens a client's account. As good as the account's token: never shown, never logged.
  creation_id uuid unique,
  -- The last time that command was sent, and how often it was.
  creation_sent_at timestamptz,
  creation_attempts integer not null default 0,
  -- How the bank answered it: the account's IBAN, or why there is none. Both null while it has not.
  iban text unique,
  creation_refusal text,
  check ((role = 'CLIENT') = (creation_id is not null)),
  check (num_nonnulls(iban, creation_refusal) <= 1)
);

create index users_being_opened on users (creation_sent_at) where creation_id is not null and iban is null and creation_refusal is null;

create table sessions (
  -- SHA-256 of the id in the cookie: who reads this table can log in as nobody.
  id_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  expires_at timestamptz not null
);

create index sessions_of_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- Transfers and deposits, stored before they are sent. Without the token: that is in no table.
create table commands (
  -- The command's id on Kafka, derived from the user and the id that the client chose.
  id uuid primary key,
  user_id uuid not null references users,
  from_party text not null,
  to_party text not null,
  amount bigint not null,
  description text not null,
  -- The last time it was sent, or was to be, and how often.
  sent_at timestamptz not null default now(),
  attempts integer not null default 1,
  -- The first feedback is the outcome.
  status text not null default 'PENDING' check (status in ('PENDING', 'CONFIRMED', 'REFUSED')),
  -- The bank's reason.
  reason text,
  check ((status = 'REFUSED') = (reason is not null))
);

create index commands_pending on commands (sent_at) where status = 'PENDING';

-- The projection of balance_changed: these two tables follow from the topic alone, so that a rebuild gives the same rows.

create table accounts (
  iban text primary key,
  -- The ordinal of the newest transaction before which none is missing, 0 when there is none: what readers see ends here.
  ordinal bigint not null,
  balance bigint not null
);

create table transactions (
  iban text not null,
  -- The place in its account: the version, or for an unnumbered event (version 0) its offset + 1.
  ordinal bigint not null,
  version bigint not null,
  changed_by bigint not null,
  new_balance bigint not null,
  from_to text not null,
  description text not null,
  transfer_id uuid,
  changed_at timestamptz not null,
  -- Where the event stands on balance_changed.
  kafka_partition integer not null,
  kafka_offset bigint not null,
  primary key (iban, ordinal)
);

create index transactions_of_transfer on transactions (transfer_id);

-- The next offset of each partition that is not yet projected, feedback included.
create table projected_offsets (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
