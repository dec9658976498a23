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

func (c Chart) write(w *writer) {
	w.element("Chart.HorizontalBar.Stacked")
	w.text("title", c.Title)
	w.list("data")
	for _, b := range c.Bars {
		w.open()
		w.text("title", b.Title)
		w.list("data")
		for i, p := range c.Parts {
			w.open()
			w.text("legend", p.Legend)
			w.number("value", b.Values[i])
			w.field("color", p.Color)
			w.close()
		}
		w.end()
		w.close()
	}
	w.end()
	w.name("fallback")
	c.writeTable(w)
	w.close()
}

// writeTable writes what clients show that draw no charts.
func (c Chart) writeTable(w *writer) {
	w.element("Table")
	w.bool("firstRowAsHeaders", true)
	w.bool("showGridLines", false)
	w.list("columns")
	for i := range len(c.Parts) + 1 {
		w.open()
		width := 1
		if i == 0 {
			width = 2
		}
		w.number("width", width)
		w.close()
	}
	w.end()
	w.list("rows")
	head := []string{c.Head}
	for _, p := range c.Parts {
		head = append(head, p.Legend)
	}
	writeRow(w, head, true)
	for _, b := range c.Bars {
		row := []string{b.Title}
		for i := range c.Parts {
			row = append(row, strconv.Itoa(b.Values[i]))
		}
		writeRow(w, row, false)
	}
	w.end()
	w.close()
}

func writeRow(w *writer, cells []string, bold bool) {
	w.element("TableRow")
	w.list("cells")
	for _, text := range cells {
		w.element("TableCell")
		writeAll(w, "items", []Text{{Text: text, Bold: bold, Small: true}})
		w.close()
	}
	w.end()
	w.close()
}
