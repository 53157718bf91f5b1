-- Up Migration

-- Most entries open no account: they need not stand in this index, which was a third of the work of inserting them.
alter table ledger drop constraint ledger_opened_key;
create unique index ledger_opened_key on ledger (opened) where opened is not null;
