package stage

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"strings"
)

// playWorkbook drops a CSV file of the script as Excel saves it: cells of digits are numbers, and the sheet is the
// first one.
func playWorkbook(ctx context.Context, s *Script, args []string) (err error) {
	data, there := s.files[args[1]]
	if !there {
		return errors.New("the script has no such file")
	}
	book, err := workbook(data)
	if err != nil {
		return err
	}
	s.last, err = s.cloud.Chat().Drop(ctx, args[0], strings.TrimSuffix(args[1], ".csv")+".xlsx", book)
	return accepted(s.last, err)
}

// workbook is a workbook of one sheet with the rows of a CSV file.
func workbook(data []byte) ([]byte, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var sheet strings.Builder
	sheet.WriteString("<worksheet><sheetData>")
	for _, row := range rows {
		sheet.WriteString("<row>")
		for _, cell := range row {
			writeCell(&sheet, cell)
		}
		sheet.WriteString("</row>")
	}
	sheet.WriteString("</sheetData></worksheet>")
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	for _, part := range [][2]string{
		{"xl/workbook.xml", `<workbook xmlns:r="` + kind + `"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="` + kind +
			`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", sheet.String()},
	} {
		w, err := z.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(part[1])); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}

func writeCell(sheet *strings.Builder, cell string) {
	if cell != "" && strings.Trim(cell, "0123456789") == "" {
		sheet.WriteString("<c><v>" + cell + "</v></c>")
		return
	}
	if formula, ok := strings.CutPrefix(cell, "="); ok { // as programs write it that do not calculate
		sheet.WriteString("<c><f>" + formula + "</f><v></v></c>")
		return
	}
	sheet.WriteString(`<c t="inlineStr"><is><t>`)
	_ = xml.EscapeText(sheet, []byte(cell)) // a builder takes all
	sheet.WriteString("</t></is></c>")
}
