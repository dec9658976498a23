// Package tables has the statements that make the tables of a store, and their names. They are what a program and the
// owner of the tables have in common.
package tables

// Make makes them where there are none. Keys are bytes in the order of bytes. calltab_state has one row, of what must be locked to commit;
// calltab_lease one, of who has the store; calltab_handle one for each handle that has committed lately.
var Make = []string{
	`create table if not exists kv (
		t text collate "C" not null, k bytea not null, v bytea not null, primary key (t, k))`,
	`create table if not exists calltab_state (
		one boolean primary key default true check (one), schema bigint not null, commits bigint not null)`,
	`create table if not exists calltab_lease (
		one boolean primary key default true check (one), holder text not null, who text not null,
		until timestamptz not null)`,
	`create table if not exists calltab_handle (
		id text primary key, commits bigint not null, at timestamptz not null)`,
	`insert into calltab_lease (holder, who, until) values ('', '', '-infinity') on conflict do nothing`,
}

// Names are those of the tables, for those who are let.
var Names = []string{"kv", "calltab_state", "calltab_lease", "calltab_handle"}
