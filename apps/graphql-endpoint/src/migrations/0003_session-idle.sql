-- Up Migration

-- When a request last used the session, to the minute: who has been idle for too long has to log in again.
alter table sessions add column last_used_at timestamptz not null default now();

create index sessions_by_use on sessions (last_used_at);
