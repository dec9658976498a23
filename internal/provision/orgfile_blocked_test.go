package provision_test

import (
	"context"
	"slices"
	"testing"

	"calltab/internal/provision"
)

// recording notes which assignments are read; failing ones are not answered.
type recording struct {
	*microsoft
	read    []provision.E164
	failing bool
}

func (c *recording) Assignment(ctx context.Context, t provision.TenantID, n provision.E164) (provision.Assignment, error) {
	c.read = append(c.read, n)
	if c.failing {
		return provision.Assignment{}, busy
	}
	return c.microsoft.Assignment(ctx, t, n)
}

func TestApplyAsksBeforeUnblocking(t *testing.T) {
	t.Parallel()
	all := planned{sites: sites, plans: tariffs[:1]}.numbers("seattle", "+12065550100", 5)
	blocked := all
	blocked.blocked = []provision.E164{"+12065550101", "+12065550102", "+12065550103"}
	for name, c := range map[string]struct {
		failing, offline bool
		read             []provision.E164
		told             []string
	}{
		"in use": {
			read: blocked.blocked,
			told: []string{
				"refused number +12065550101, seattle: Microsoft has it on Erin Walsh",
				"changed number +12065550102, seattle: free",
				"refused number +12065550103, seattle: Microsoft has it on an account that does not exist, " + string(user(90)),
			},
		},
		"silent": {
			failing: true,
			read:    blocked.blocked[:1],
			told: []string{
				"refused numbers +12065550101 to +12065550103 (3), seattle: Microsoft does not say whether it is in use",
			},
		},
		"offline": {
			offline: true,
			told:    []string{"changed numbers +12065550101 to +12065550103 (3), seattle: free"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := quickDesk(t)
			if _, err := d.apply(d.Core, blocked, false); err != nil {
				t.Fatal(err)
			}
			d.ms.change(func(m *microsoft) {
				m.targets = map[provision.E164]provision.UserID{"+12065550101": erin, "+12065550103": user(90)}
			})
			asked := &recording{microsoft: d.ms, failing: c.failing}
			if d.Telephony = asked; c.offline {
				d.Telephony = nil
			}
			told, err := d.apply(d.Core, all, false)
			if err != nil || !slices.Equal(told, c.told) {
				t.Errorf("it tells %q, %v, want %q", told, err, c.told)
			}
			if !slices.Equal(asked.read, c.read) {
				t.Errorf("it read %q, want %q", asked.read, c.read)
			}
		})
	}
}
