package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// office runs apply and export on one store, as an operator would.
type office struct {
	t   *testing.T
	dir string
	env func(string) (string, bool)
}

// run is the program's output, and its error with the exit code.
func (o *office) run(stdin string, args ...string) string {
	o.t.Helper()
	var out bytes.Buffer
	if err := run(o.t.Context(), args, o.env, strings.NewReader(stdin), &out, &out); err != nil {
		return fmt.Sprintf("%serror %d: %v", out.String(), exitCode(err), err)
	}
	return out.String()
}

const (
	siteSeattle = `
locations:
  - id: seattle
    name: Seattle
    country: US
    time_zone: America/Los_Angeles
    low_stock: 3
    numbers: ["+12065550100-0149", "+12065550300", "+12065550100;ext=7"]
    blocked: ["+12065550111"]
`
	tariff = `
plans:
  - {id: metered, name: Metered, price: "$8: each", voice_routing_policy: Metered Calls}
`
)

// noDifference is what apply says of an inventory that is as the file has it.
const noDifference = "No difference.\n"
