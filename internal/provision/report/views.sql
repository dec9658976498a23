-- What is stored is five bytes of checksum, the version of the record ('1') and JSON. jsonb knows no \u0000: in its place
-- comes the character for what is no text. What cannot be read is null, and so is what is no object.
create or replace function calltab_record(stored bytea) returns jsonb language plpgsql immutable as $$
declare
  r jsonb;
begin
  if length(stored) < 7 or get_byte(stored, 5) <> 49 then
    return null;
  end if;
  r := regexp_replace(convert_from(substr(stored, 7), 'UTF8'), '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::jsonb;
  return case when jsonb_typeof(r) = 'object' then r end;
exception when others then
  return null;
end $$;

create or replace function calltab_key(k bytea) returns text language plpgsql immutable as $$
begin
  return convert_from(k, 'UTF8');
exception when others then
  return encode(k, 'escape');
end $$;

-- A time as it is written in JSON; null where there is none.
create or replace function calltab_time(written text) returns timestamptz language plpgsql stable as $$
begin
  if written like '0001-01-01T%' then
    return null;
  end if;
  return written::timestamptz;
exception when others then
  return null;
end $$;

create or replace function calltab_whole(written text) returns bigint language plpgsql immutable as $$
begin
  return written::bigint;
exception when others then
  return null;
end $$;

create or replace view calltab_orders as
  select split_part(key, '/', 1) as tenant, split_part(key, '/', 2) as order_id, r is not null as readable,
    r ->> 'kind' as kind, r ->> 'state' as state,
    r #>> '{requester,id}' as requester_id, r #>> '{requester,name}' as requester,
    r #>> '{person,id}' as person_id, r #>> '{person,upn}' as upn, r #>> '{person,display_name}' as person,
    r ->> 'location' as location, r ->> 'plan' as plan, r ->> 'number' as number,
    calltab_time(r ->> 'created') as created, calltab_time(r ->> 'submitted') as submitted,
    calltab_time(r ->> 'accepted') as accepted, calltab_time(r ->> 'ready') as ready,
    calltab_time(r ->> 'ended') as ended, r #>> '{bulk,id}' as bulk_id
  from (select calltab_key(k) as key, calltab_record(v) as r from kv where t = 'orders') as stored;

create or replace view calltab_numbers as
  select split_part(key, '/', 1) as tenant, split_part(key, '/', 2) as number, r is not null as readable,
    r ->> 'location' as location, r ->> 'state' as state, r ->> 'user' as person_id, r ->> 'order' as order_id,
    calltab_time(r ->> 'until') as until, calltab_time(r ->> 'rested') as rested, r ->> 'note' as note
  from (select calltab_key(k) as key, calltab_record(v) as r from kv where t = 'numbers') as stored;

create or replace view calltab_people as
  select split_part(key, '/', 1) as tenant, split_part(key, '/', 2) as person_id, r is not null as readable,
    r ->> 'upn' as upn, r ->> 'name' as name, r ->> 'location' as location, r ->> 'plan' as plan,
    r ->> 'number' as number, r ->> 'order' as order_id, calltab_time(r ->> 'since') as since
  from (select calltab_key(k) as key, calltab_record(v) as r from kv where t = 'subscribers') as stored;

create or replace view calltab_trail as
  select split_part(key, '/', 1) as tenant, calltab_whole(split_part(key, '/', 2)) as link, r is not null as readable,
    calltab_time(r ->> 'at') as at, r ->> 'event' as event, r ->> 'actor' as actor_id, r ->> 'order' as order_id,
    r ->> 'user' as person_id, r ->> 'number' as number, r ->> 'before' as state_before, r ->> 'after' as state_after,
    r ->> 'note' as note, r -> 'numbers' as numbers
  from (select calltab_key(k) as key, calltab_record(v) as r from kv where t = 'audit') as stored;
