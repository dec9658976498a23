package xlsx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"calltab/internal/bot/sheet/xlsx"
	"calltab/internal/provision"
)

const (
	relationships = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/worksheets/sheet2.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet" Target="chartsheets/sheet3.xml"/></Relationships>`
	styles = `<styleSheet><numFmts count="2"><numFmt numFmtId="164" formatCode="[$-409]d\-mmm\-yy"/>` +
		`<numFmt numFmtId="165" formatCode="&quot;dial &quot;\s0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`
)

// shown is the text of a sheet with tabs between its cells.
func shown(s xlsx.Sheet) string {
	return strings.ReplaceAll(string(s.Text), string(xlsx.Separator), "\t")
}

// fitting is what fits where it does not matter.
func fitting([]byte) bool { return true }

// TestFits: a sheet before the one that is looked for is passed by, unless there is no such sheet, or it cannot be read.
func TestFits(t *testing.T) {
	t.Parallel()
	fits := func(text []byte) bool { return bytes.Contains(text, []byte("User")) }
	both := workbook("", first+`<sheet name="P" sheetId="2" r:id="rId2"/>`)
	cover := sheetOf(`<row><c t="str"><v>Read me</v></c></row>`)
	for second, want := range map[string]string{
		sheetOf(`<row><c t="str"><v>User</v></c></row>`): "\"User\"\n",
		sheetOf(`<row><c t="str"><v>Else</v></c></row>`): "\"Read me\"\n",
		`<row`: "\"Read me\"\n",
	} {
		got, err := xlsx.Read(packed(t, with(map[string]string{"xl/workbook.xml": both, "xl/worksheets/sheet1.xml": cover,
			"xl/worksheets/sheet2.xml": second})), fits)
		if err != nil || shown(got) != want {
			t.Errorf("%s: %q, %v", second, got.Text, err)
		}
	}
}

func workbook(properties, sheets string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		properties + `<sheets>` + sheets + `</sheets></workbook>`
}

const first = `<sheet name="People" sheetId="1" r:id="rId1"/>`

// packed is an archive of parts.
func packed(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// with is a workbook with some parts of its own.
func with(own map[string]string) map[string]string {
	parts := map[string]string{"xl/workbook.xml": workbook("", first), "xl/_rels/workbook.xml.rels": relationships,
		"xl/styles.xml": styles}
	maps.Copy(parts, own)
	return parts
}

func sheetOf(rows string) string {
	return `<worksheet><sheetData>` + rows + `</sheetData><row r="9"><c r="A9"><v>7</v></c></row></worksheet>`
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parts map[string]string
		want  string
	}{
		"shared strings": {map[string]string{
			"xl/sharedStrings.xml": `<sst><si><t>Name</t></si><si><r><t>Dana </t></r><r><t xml:space="preserve">"D" Reyes</t></r></si>` +
				`<si><t>渡辺</t><rPh sb="0" eb="2"><t>ワタナベ</t></rPh></si></sst>`,
			"xl/worksheets/sheet1.xml": sheetOf(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>2</v></c></row>`),
		}, "\"Name\"\n\"Dana \"\"D\"\" Reyes\"\t\"渡辺\"\n"},
		"strings of cells": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
			`<row><c t="inlineStr"><is><t>a` + "\n" + `b</t></is></c><c t="str"><f>A1&amp;"x"</f><v>c&lt;d</v></c></row>`)},
			"\"a b\"\t\"c<d\"\n"},
		"phone numbers": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
			`<row r="1"><c r="A1"><v>12065550144</v></c><c r="B1"><v>1.2065550144E10</v></c><c r="C1" s="3"><v>442079460141</v></c><c r="D1"><v>0.5</v></c></row>`)},
			"\"12065550144\"\t\"12065550144\"\t\"442079460141\"\t\"0.5\"\n"},
		"days": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
			`<row r="1"><c r="A1" s="1"><v>46083</v></c><c r="B1" s="2"><v>46083.75</v></c><c r="C1" s="0"><v>46083</v></c><c r="D1" s="1"><v>-1</v></c></row>`)},
			"\"2026-03-02\"\t\"2026-03-02 18:00\"\t\"46083\"\t\"-1\"\n"},
		"days since 1904": {map[string]string{"xl/workbook.xml": workbook(`<workbookPr date1904="1"/>`, first),
			"xl/worksheets/sheet1.xml": sheetOf(`<row r="1"><c r="A1" s="1"><v>44621</v></c></row>`)}, "\"2026-03-02\"\n"},
		"gaps": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
			`<row r="2"><c r="B2" t="b"><v>1</v></c><c r="D2"/></row><row r="4"><c r="A4"><v>4</v></c></row><row r="5"><c r="A5" s="1"/></row>`)},
			"\n\"\"\t\"TRUE\"\n\n\"4\"\n"},
		"a hidden sheet first": {map[string]string{
			"xl/workbook.xml":          workbook("", `<sheet name="L" sheetId="1" state="veryHidden" r:id="rId1"/><sheet name="C" sheetId="3" r:id="rId3"/><sheet name="P" sheetId="2" r:id="rId2"/>`),
			"xl/worksheets/sheet1.xml": sheetOf(`<row r="1"><c r="A1"><v>1</v></c></row>`),
			"xl/worksheets/sheet2.xml": sheetOf(`<row r="1"><c r="A1"><v>2</v></c></row>`)}, "\"2\"\n"},
		"an empty sheet first": {map[string]string{
			"xl/workbook.xml":          workbook("", first+`<sheet name="P" sheetId="2" r:id="rId2"/>`),
			"xl/worksheets/sheet1.xml": sheetOf(""),
			"xl/worksheets/sheet2.xml": sheetOf(`<row r="1"><c r="A1"><v>2</v></c></row>`)}, "\"2\"\n"},
		"strings that are not there": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
			`<row r="1"><c r="A1" t="s"><v>-1</v></c><c r="B1" t="s"><v>7</v></c><c r="C1"><v>1</v></c></row>`)}, "\"#A1?\"\t\"#B1?\"\t\"1\"\n"},
		"formulas": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
			`<row r="1"><c r="A1"><f>B1</f></c><c r="B1"><f>C1</f><v></v></c><c r="C1"><f>1+1</f><v>2</v></c><c r="D1" t="str"><f>""</f><v></v></c><c r="E1"><v>5</v></c></row>`)},
			"\"#A1?\"\t\"#B1?\"\t\"2\"\t\"\"\t\"5\"\n"},
		"short forms": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
			`<row r="1"><c r="A1"><v>1.2E+10</v></c><c r="B1"><v>1.206555E10</v></c><c r="C1"><v>1.20656E10</v></c></row>`)},
			"\"1.2E+10\"\t\"12065550000\"\t\"1.20656E10\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := xlsx.Read(packed(t, with(c.parts)), fitting)
			if err != nil || shown(got) != c.want {
				t.Errorf("%q, %v; want %q", got.Text, err, c.want)
			}
		})
	}
}

// TestTooMuch: what a small file makes of itself is bounded, and so is what it says of itself.
func TestTooMuch(t *testing.T) {
	t.Parallel()
	sheet := func(rows string) map[string]string {
		return map[string]string{"xl/worksheets/sheet1.xml": sheetOf(rows)}
	}
	long := strings.Repeat("x", 2000)
	for name, c := range map[string]struct {
		parts map[string]string
		want  string
	}{
		"unpacks to 64 MiB": {sheet(strings.Repeat(`<row r="1"></row>`, 64<<20/17)), "file-workbook-big"},
		"a long name":       {sheet(`<row r="` + strings.Repeat("1", 1<<20) + `"></row>`), "file-workbook-big"},
		"many attributes":   {sheet(`<row ` + strings.Repeat(`a="" `, 1<<20) + `></row>`), "file-workbook-big"},
		"a long text":       {sheet(`<row><c><v>` + strings.Repeat("1", 1<<20) + `</v></c></row>`), "file-workbook-big"},
		"deep":              {sheet(strings.Repeat(`<a>`, 1<<20)), "file-workbook-big"},
		"a row far below":   {sheet(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`), "file-workbook-big"},
		"strings that are used often": {map[string]string{"xl/sharedStrings.xml": `<sst count="4000000000"><si><t>` + long + `</t></si></sst>`,
			"xl/worksheets/sheet1.xml": sheetOf(strings.Repeat(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 60)+`</row>`, 1000))}, "file-workbook-big"},
		"too many strings":  {map[string]string{"xl/sharedStrings.xml": `<sst>` + strings.Repeat(`<si/>`, 300_000) + `</sst>`, "xl/worksheets/sheet1.xml": sheetOf("")}, "file-workbook-big"},
		"too many styles":   {map[string]string{"xl/styles.xml": `<s><cellXfs>` + strings.Repeat(`<xf/>`, 100_000) + `</cellXfs></s>`, "xl/worksheets/sheet1.xml": sheetOf("")}, "file-workbook-big"},
		"broken":            {sheet(`<row`), "file-workbook"},
		"no sheet":          {map[string]string{"xl/workbook.xml": workbook("", "")}, "file-workbook"},
		"a sheet elsewhere": {map[string]string{"xl/workbook.xml": workbook("", `<sheet r:id="rId9"/>`)}, "file-workbook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := xlsx.Read(packed(t, with(c.parts)), fitting)
			if said, _ := provision.SayOf(err); said.ID != c.want || provision.KindOf(err) != provision.Invalid {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	for name, data := range map[string]string{"no archive": "PK\x03\x04", "a password": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "nothing": ""} {
		if _, err := xlsx.Read([]byte(data), fitting); provision.KindOf(err) != provision.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNotes: what of a workbook is not read is named.
func TestNotes(t *testing.T) {
	t.Parallel()
	both := workbook("", first+`<sheet name="Boston" sheetId="2" r:id="rId2"/>`)
	cell := `<row r="1"><c r="A1"><v>1</v></c></row>`
	twelve := strings.Repeat(`<c><f>X1</f></c>`, 12)
	for name, c := range map[string]struct {
		parts map[string]string
		want  []provision.Message
	}{
		"nothing":           {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(cell)}, nil},
		"formulas":          {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(`<row r="7"><c r="AB7"><f>X1</f></c></row>`)}, []provision.Message{provision.Say("file-cells", "count", "1", "cells", "AB7", "more", "")}},
		"many formulas":     {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(`<row r="2">` + twelve + `</row>`)}, []provision.Message{provision.Say("file-cells", "count", "12", "cells", "A2, B2, C2, D2, E2, F2, G2, H2, I2, J2", "more", "2")}},
		"the last column":   {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(`<row r="1"><c r="BL1"><v>1</v></c></row>`)}, nil},
		"the one behind":    {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(`<row r="1"><c r="BL1"><v>1</v></c><c r="BM1"><v>1</v></c></row>`)}, []provision.Message{provision.Say("file-columns-beyond", "last", "BL")}},
		"nothing behind":    {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(`<row r="1"><c r="A1"><v>1</v></c><c r="BM1" s="1"/></row>`)}, nil},
		"one formula there": {map[string]string{"xl/worksheets/sheet1.xml": sheetOf(`<row r="1"><c r="A1"><v>1</v></c><c r="BM1"><f>A1</f></c></row>`)}, []provision.Message{provision.Say("file-columns-beyond", "last", "BL")}},
		"a second sheet": {map[string]string{"xl/workbook.xml": both, "xl/worksheets/sheet1.xml": sheetOf(cell), "xl/worksheets/sheet2.xml": sheetOf(cell)},
			[]provision.Message{provision.Say("file-sheets", "read", "People", "others", "Boston")}},
		"an empty second sheet": {map[string]string{"xl/workbook.xml": both, "xl/worksheets/sheet1.xml": sheetOf(cell), "xl/worksheets/sheet2.xml": sheetOf("")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := xlsx.Read(packed(t, with(c.parts)), fitting)
			if err != nil || !reflect.DeepEqual(got.Notes, c.want) {
				t.Errorf("%v, %v; want %v", got.Notes, err, c.want)
			}
		})
	}
}

// TestLongCell: a cell is cut between two letters.
func TestLongCell(t *testing.T) {
	t.Parallel()
	got, err := xlsx.Read(packed(t, with(map[string]string{"xl/worksheets/sheet1.xml": sheetOf(
		`<row><c t="str"><v>` + strings.Repeat("é", 3000) + `</v></c></row>`)})), fitting)
	if want := `"` + strings.Repeat("é", 500) + "\"\n"; err != nil || shown(got) != want {
		t.Errorf("%d bytes, %v", len(got.Text), err)
	}
}

// FuzzText: whatever the parts of a workbook hold, it is read or refused; what is read is lines of quoted cells, and no
// more of them than a list may have.
func FuzzText(f *testing.F) {
	f.Add(workbook("", first), `<sst><si><t>x</t></si></sst>`, styles, sheetOf(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`))
	f.Add(workbook("", first), "", "", sheetOf(`<row r="3"><c r="ZZ1"><v>1e400</v></c><c r="a"><v>1</v></c></row>`))
	f.Fuzz(func(t *testing.T, book, shared, styles, sheet string) {
		got, err := xlsx.Read(packed(t, map[string]string{"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relationships,
			"xl/sharedStrings.xml": shared, "xl/styles.xml": styles, "xl/worksheets/sheet1.xml": sheet}), fitting)
		if err != nil {
			if provision.KindOf(err) != provision.Invalid {
				t.Fatal(err)
			}
			return
		}
		lines := strings.Split(strings.TrimSuffix(shown(got), "\n"), "\n")
		if len(lines) > 11_000 {
			t.Fatal(fmt.Sprint(len(lines), " lines"))
		}
		for _, l := range lines {
			if l != "" && (!strings.HasPrefix(l, `"`) || strings.Count(l, `"`)%2 != 0) {
				t.Fatalf("%q", l)
			}
		}
	})
}
