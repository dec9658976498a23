package main

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/report"
)

// TestSchemaOnPostgres: an owner makes the tables, a role that may make none serves, and another one reads reports,
// which bad records do not break.
func TestSchemaOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	_, schema, _ := strings.Cut(url, "search_path=")
	owner, server, reader := "owner_"+schema, "server_"+schema, "reader_"+schema
	as := func(role string) string { return strings.Replace(url, "postgres@", role+"@", 1) }
	pgtest.Run(t, "create role "+owner+" login; create role "+server+" login; grant usage, create on schema "+schema+
		" to "+owner+" with grant option; grant usage on schema "+schema+" to "+server)
	newest := strconv.Itoa(provision.SchemaVersion)
	r := newRemoval(t)
	r.settings["CALLTAB_AUDIT_KEY"] = strings.Repeat("k", 40)
	r.says([]string{"error 2: --store (CALLTAB_STORE) is the file calltab.db, which needs no tables"}, "schema")
	r.says([]string{"error 1: ", "this user may not make them: have calltab schema make them", "with this one behind --serve"}, "restore", "--store", as(server))
	r.says([]string{"error 1: ", "nothing was changed: this user may not"}, "schema", "--store", as(server))
	args := []string{"schema", "--store", as(owner), "--serve", server, "--report", reader}
	r.says([]string{"error 1: ", "nothing was changed: make the role first"}, args...)
	pgtest.Run(t, "create role "+reader+" login")
	made := []string{"Views for reports: calltab_orders, ", server + " may read and write", reader + " may read the views."}
	r.says(append([]string{"The tables are made, with schema version " + newest + "."}, made...), args...)
	r.says(append([]string{"The tables have schema version " + newest + " already."}, made...), args...)

	s := newStageOn(t, as(server), 1)
	playOn(t, s, "served", []byte("say alice 'add dana seattle unlimited +12065550160'\nclick alice Save\nadvance 15m\norder dana done\n"))
	pgtest.Run(t, "update "+schema+".calltab_state set schema = 8")
	r.says([]string{"error 1: ", "a running calltab (process ", "uses schema version 8: stop it before"}, args...)
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	r.says([]string{"The tables are raised from schema version 8 to " + newest + "."}, args...)
	if got := pgtest.Run(t, "select has_table_privilege('"+reader+"', '"+schema+".kv', 'select')"); got != "f" {
		t.Errorf("who reads reports may read the records: %s", got)
	}

	asks := func(sql string) string {
		t.Helper()
		return pgtest.Run(t, "set search_path = "+schema+"; set role "+reader+"; "+sql)
	}
	wants := func(sql, want string) {
		t.Helper()
		if got := asks(sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
	facts := func() {
		t.Helper()
		wants("select kind, state, requester, upn, person, location, plan, number, ended > submitted from calltab_orders where state = 'done'",
			"add|done|Alice Moreau|dana.reyes@alderfinch.example|Dana Reyes|seattle|unlimited|+12065550160|t")
		wants("select p.name, p.upn, p.number, p.location, p.order_id = o.order_id from calltab_people p join calltab_orders o using (tenant, person_id) where p.number <> ''",
			"Dana Reyes|dana.reyes@alderfinch.example|+12065550160|seattle|t")
		wants("select state, location, person_id <> '', order_id <> '', until is null from calltab_numbers where number = '+12065550160'", "assigned|seattle|t|t|t")
		wants("select event, state_after, person_id <> '' from calltab_trail where event = 'order.done'", "order.done|done|t")
		wants("select count(*) = max(link) and bool_and(at > '2000-01-01') from calltab_trail where readable and at is not null", "t")
	}
	facts()
	for _, view := range report.Names {
		wants("select count(*) from "+view+" where not readable", "0")
	}
	bad := "set search_path = " + schema + ";"
	for _, table := range []string{"orders", "numbers", "subscribers", "audit"} {
		for i, value := range []string{`\x`, `\x01`, `\x010000000031`, `\x01000000003200`, `\x0100000000317b`, `\x010000000031ff`, `\x0100000000313132`} {
			bad += "insert into kv values ('" + table + `', '\x622f` + strings.Repeat("30", i+1) + "', '" + value + "');"
		}
		bad += "insert into kv values ('" + table + `', '\xff00', '\x01');`
		bad += "insert into kv values ('" + table + `', 'c/1', '\x010000000031' || convert_to('{"name":"a\u0000b\\u0000","note":5,"created":"never","since":"9999999-01-01","at":[],"until":"0001-01-01T00:00:00Z"}', 'UTF8'));`
	}
	pgtest.Run(t, bad)
	facts()
	for _, view := range report.Names {
		wants("select count(*) from "+view+" where not readable", "8")
		wants("select count(*) from "+view+" where tenant = 'c' and readable", "1")
		asks("select * from " + view + " order by 1, 2")
	}
	wants("select name = U&'a\\FFFDb\\005Cu0000', since is null from calltab_people where tenant = 'c'", "t|t")

	text, err := os.ReadFile("../../docs/reports.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, view := range report.Names {
		columns := asks("select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns where table_name = '" + view + "' and table_schema = '" + schema + "'")
		_, part, _ := strings.Cut(string(text), "## "+view+"\n")
		part, _, _ = strings.Cut(part, "\n## ")
		var said []string
		for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(part, -1) {
			for _, name := range strings.Split(row[1], ", ") {
				said = append(said, strings.Trim(name, "`"))
			}
		}
		if got := strings.Join(said, " "); got != columns || columns == "" {
			t.Errorf("docs/reports.md has of %s: %s, and it has %s", view, got, columns)
		}
	}
	for _, example := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if asks(example[1]) == "" {
			t.Errorf("an example finds nothing: %s", example[1])
		}
	}
}
