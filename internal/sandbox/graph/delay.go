package graph

import (
	"hash/fnv"
	"strconv"
	"time"
)

// Delays are how late things happen, in business time. A zero field takes the value of
// DefaultDelays, a negative one means no delay.
type Delays struct {
	Operation time.Duration // from the request until an operation is done
	Polls     int           // how often an operation answers that it is not done
	Visible   time.Duration // from then until numberAssignments shows it
	Number    time.Duration // from then until userConfigurations shows the number
	Licence   time.Duration // from the start until Teams knows of a fresh licence
	Voice     time.Duration // from the operation's end until enterprise voice, half as much up or down by the seed
	Policy    time.Duration // from the request until a policy is effective
	Fade      time.Duration // … until one that was taken off shows no more; zero: as Policy
}

// DefaultDelays are a good day's. People report 15 minutes to hours for a licence and
// minutes to a day for the rest (https://github.com/microsoftgraph/microsoft-graph-docs/issues/7710).
func DefaultDelays() Delays {
	return Delays{Operation: 5 * time.Second, Polls: 2, Visible: 20 * time.Second, Number: 35 * time.Second,
		Licence: 40 * time.Minute, Voice: 2 * time.Minute, Policy: 2 * time.Minute}
}

func (d Delays) orDefault() Delays {
	def := DefaultDelays()
	for _, f := range []struct {
		have *time.Duration
		def  time.Duration
	}{
		{&d.Operation, def.Operation}, {&d.Visible, def.Visible}, {&d.Number, def.Number},
		{&d.Licence, def.Licence}, {&d.Voice, def.Voice}, {&d.Policy, def.Policy},
	} {
		if *f.have == 0 {
			*f.have = f.def
		}
		*f.have = max(*f.have, 0)
	}
	if d.Fade == 0 {
		d.Fade = d.Policy
	}
	if d.Polls == 0 {
		d.Polls = def.Polls
	}
	return d
}

// spread returns d changed by up to a half, the same for the same seed and name.
func (s *Server) spread(d time.Duration, name string) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(strconv.FormatInt(s.cfg.Seed, 10) + name))
	return d/2 + d*time.Duration(h.Sum32()%1000)/1000
}
