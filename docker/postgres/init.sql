-- Run once, on an empty server: a database for each service that keeps one. Its owner makes the tables; the service itself may only
-- read and change what stands in them.
\set ON_ERROR_STOP on

do $$
declare
  role text;
begin
  foreach role in array array['command_handler_owner', 'command_handler', 'graphql_endpoint_owner', 'graphql_endpoint'] loop
    execute format('create role %I login password %L', role, pg_read_file('/run/secrets/' || role || '.password'));
  end loop;
end $$;

revoke all on database postgres, template1 from public;

create database command_handler owner command_handler_owner;
revoke all on database command_handler from public;
grant connect on database command_handler to command_handler;
create database graphql_endpoint owner graphql_endpoint_owner;
revoke all on database graphql_endpoint from public;
grant connect on database graphql_endpoint to graphql_endpoint;

\connect command_handler
grant usage on schema public to command_handler;
alter default privileges for role command_handler_owner in schema public grant select, insert, update, delete on tables to command_handler;

\connect graphql_endpoint
grant usage on schema public to graphql_endpoint;
alter default privileges for role graphql_endpoint_owner in schema public grant select, insert, update, delete on tables to graphql_endpoint;
