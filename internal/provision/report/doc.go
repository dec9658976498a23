// Package report has the views with which ordinary SQL reads what Calltab keeps in PostgreSQL: orders, numbers, people
// and the trail. It knows how records are written down (package record), and reads none itself: the statements are run
// by the owner of the tables, with calltab schema, and the views by anybody whom the owner lets.
//
// A record that cannot be read makes a row that says so and breaks no report. The columns are a promise to those who
// wrote reports: none is renamed or taken away, and new ones come at the end. docs/reports.md has what each means.
package report

import _ "embed"

// Views are the statements that make the views, or bring them up to date.
//
//go:embed views.sql
var Views string

// Names are the names of the views.
var Names = []string{"calltab_orders", "calltab_numbers", "calltab_people", "calltab_trail"}
