package stage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"calltab/internal/sandbox/fault"
)

const faultUsage = "SERVICE METHOD PATH " +
	"[nth=N times=N status=N retry=DURATION delay=DURATION drop=before|after code=NAME message=TEXT]"

func playFault(_ context.Context, s *Script, args []string) error {
	r := fault.Rule{Service: args[0], Method: args[1], Path: args[2]}
	options, err := pairs(args[3:])
	if err != nil {
		return err
	}
	for name, value := range options {
		if err := faultOption(&r, name, value); err != nil {
			return err
		}
	}
	if r.Status == 0 && r.Drop == "" && r.Delay == 0 {
		return errors.New("say what happens to the call, such as status=503, drop=before or delay=2s")
	}
	s.cloud.Faults().Add(r)
	return nil
}

// faultOptions are the names of what a line says of a fault.
var faultOptions = []string{"nth", "times", "status", "retry", "delay", "drop", "code", "message"}

// faultOption puts into a fault what an option of its line says.
func faultOption(r *fault.Rule, name, value string) error {
	var bad error
	what := "a whole number"
	switch name {
	case "nth":
		r.Nth, bad = strconv.Atoi(value)
	case "times":
		r.Times, bad = strconv.Atoi(value)
	case "status":
		r.Status, bad = strconv.Atoi(value)
	case "retry":
		r.RetryAfter, bad = time.ParseDuration(value)
		what = "a duration, such as 30s"
	case "delay":
		r.Delay, bad = time.ParseDuration(value)
		what = "a duration, such as 2s"
	case "drop":
		r.Drop = value
		what = "before or after"
		if value != fault.DropBefore && value != fault.DropAfter {
			bad = errors.New(what)
		}
	case "code":
		r.Code = value
	case "message":
		r.Message = value
	default:
		return fmt.Errorf("a fault has no %q%s\n  it has %s", name, meant(name, faultOptions),
			strings.Join(faultOptions, ", "))
	}
	if bad != nil {
		return fmt.Errorf("%s=%s: that is to be %s", name, value, what)
	}
	return nil
}
