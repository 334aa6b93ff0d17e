package main

import (
	"fmt"
	"html"
	"math"
	"os"
	"strings"
	"time"
)

// The chart's measures, in pixels.
const (
	chartLabels, chartBars, chartValues = 300, 480, 90
	chartBar, chartGap, chartHead       = 10, 14, 58
)

// draw writes a chart of the latencies at one latency of the systems: for each
// query a bar for each side, on a logarithmic scale, and a mark where the
// critical path of the upstream calls ends.
func draw(file string, latency time.Duration, lines []line) error {
	most := time.Millisecond
	for _, l := range lines {
		for _, s := range []*series{l.m.indexed, l.m.hand, l.m.fieldwise} {
			most = max(most, quantile(s.took, .5))
		}
	}
	least := 100 * time.Microsecond
	scale := float64(chartBars) / math.Log(float64(most)/float64(least))
	width := func(d time.Duration) float64 { return max(1, scale*math.Log(float64(max(d, least))/float64(least))) }
	var b strings.Builder
	row := 3*chartBar + chartGap
	height := chartHead + row*len(lines)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" `+
		`font-family="sans-serif" font-size="12">`+"\n", chartLabels+chartBars+chartValues, height)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	fmt.Fprintf(&b, `<text x="10" y="20" font-size="14">INDEXED, calls of %d ms: latency in ms, p50, logarithmic; `+
		`the line is the critical path of the calls</text>`+"\n", latency.Milliseconds())
	sides := []struct {
		name, colour string
		of           func(*measured) *series
	}{
		{"Hitotsu", "#2563a8", func(m *measured) *series { return m.indexed }},
		{"by hand", "#8fb4d8", func(m *measured) *series { return m.hand }},
		{"field by field", "#d98c3f", func(m *measured) *series { return m.fieldwise }},
	}
	for i, s := range sides {
		x := chartLabels + 130*i
		fmt.Fprintf(&b, `<rect x="%d" y="32" width="10" height="10" fill="%s"/><text x="%d" y="42">%s</text>`+"\n",
			x, s.colour, x+16, s.name)
	}
	for i, l := range lines {
		top := chartHead + row*i
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n",
			chartLabels-8, top+2*chartBar, html.EscapeString(l.query.name))
		for j, s := range sides {
			took := quantile(s.of(l.m).took, .5)
			path := took - quantile(s.of(l.m).over, .5)
			y := top + chartBar*j
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`, chartLabels, y, width(took),
				chartBar-1, s.colour)
			if path > least {
				fmt.Fprintf(&b, `<rect x="%.1f" y="%d" width="2" height="%d" fill="#222"/>`,
					chartLabels+width(path), y, chartBar-1)
			}
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" font-size="10">%s</text>`+"\n",
				chartLabels+width(took)+4, y+chartBar-1, ms(took))
		}
	}
	b.WriteString("</svg>\n")
	return os.WriteFile(file, []byte(b.String()), 0o644) //nolint:gosec // a picture for a document
}
