package card

import "strconv"

// Chart is a Chart.HorizontalBar.Stacked: a bar a row, each of the same parts. Clients that draw no charts show its
// fallback, a table
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards).
type Chart struct {
	Title string
	Head  string // of the table's first column
	Parts []Part
	Bars  []Bar
}

// Part is one of the parts that every bar has.
type Part struct {
	Legend string
	Color  string // of the chart's own set: good, warning, attention, neutral
}

// Bar is a row with a value for each part.
type Bar struct {
	Title  string
	Values []int
}

func (c Chart) encode(clip int) any {
	type point struct {
		Legend string `json:"legend"`
		Value  int    `json:"value"`
		Color  string `json:"color"`
	}
	type bar struct {
		Title string  `json:"title"`
		Data  []point `json:"data"`
	}
	out := struct {
		Type     string `json:"type"`
		Title    string `json:"title"`
		Data     []bar  `json:"data"`
		Fallback any    `json:"fallback"`
	}{Type: "Chart.HorizontalBar.Stacked", Title: inert(c.Title, clip), Data: []bar{}, Fallback: c.table(clip)}
	for _, b := range c.Bars {
		row := bar{Title: inert(b.Title, clip)}
		for i, p := range c.Parts {
			row.Data = append(row.Data, point{inert(p.Legend, clip), b.Values[i], p.Color})
		}
		out.Data = append(out.Data, row)
	}
	return out
}

// table is what clients show that draw no charts.
func (c Chart) table(clip int) any {
	type column struct {
		Width int `json:"width"`
	}
	type cell struct {
		Type  string `json:"type"`
		Items []any  `json:"items"`
	}
	type row struct {
		Type  string `json:"type"`
		Cells []cell `json:"cells"`
	}
	text := func(s string, bold bool) cell {
		return cell{"TableCell", []any{Text{Text: s, Bold: bold, Small: true}.encode(clip)}}
	}
	head := row{Type: "TableRow", Cells: []cell{text(c.Head, true)}}
	columns := []column{{2}}
	for _, p := range c.Parts {
		head.Cells, columns = append(head.Cells, text(p.Legend, true)), append(columns, column{1})
	}
	rows := []row{head}
	for _, b := range c.Bars {
		r := row{Type: "TableRow", Cells: []cell{text(b.Title, false)}}
		for i := range c.Parts {
			r.Cells = append(r.Cells, text(strconv.Itoa(b.Values[i]), false))
		}
		rows = append(rows, r)
	}
	return struct {
		Type    string   `json:"type"`
		Headers bool     `json:"firstRowAsHeaders"`
		Lines   bool     `json:"showGridLines"`
		Columns []column `json:"columns"`
		Rows    []row    `json:"rows"`
	}{"Table", true, false, columns, rows}
}
