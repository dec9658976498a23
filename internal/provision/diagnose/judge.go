package diagnose

import (
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// closer are the rules that say more closely what a missing condition lacks.
var closer = map[provision.ConditionName][]provision.Rule{
	provision.AccountEnabled:   {provision.AccountDisabled},
	provision.UsageLocationSet: {provision.NoUsageLocation},
	provision.LicenceEnabled: {provision.NoPhoneLicence, provision.LicenceDisabled, provision.LicenceEnding,
		provision.NoTeamsLicence},
	provision.AccountTypeUser: {provision.GuestAccount, provision.ResourceAccount, provision.DeviceAccount,
		provision.OnPremUser, provision.IneligibleAccount},
	provision.NumberOnPerson: {provision.OnPremNumber},
}

// asked are the sources that each condition is told by; what is not named is told by the telephone service.
var asked = map[provision.ConditionName]Source{
	provision.AccountEnabled:   Directory,
	provision.UsageLocationSet: Directory,
	provision.LicenceEnabled:   Directory,
	provision.NumberActivated:  Inventory,
}

// judge holds what was read against the records, the conditions and the rules.
func (s *Service) judge(tx provision.Tx, tenant provision.TenantID, by provision.Actor, acc provision.Access,
	m microsoft, d *Diagnosis) error {
	d.Finding = provision.Finding{Person: m.person, Voice: m.voice, Now: s.Now()}
	st := provision.PersonFacts{Voice: m.voice, Assignment: m.assignment,
		OnPrem: m.assignment.Source == roster.SourceOnPremises}
	if err := s.lookup.Know(tx, tenant, &d.Finding, st); err != nil {
		return err
	}
	d.VoiceKnown = !m.lacks(Telephony)
	at := d.Location.ID
	d.Refused = provision.Refusals{Look: !acc.May(provision.Look, at), Operate: !acc.May(provision.Operate, at),
		Manage: !acc.May(provision.Manage, at)}
	gave, err := s.gave(tx, tenant, d.Subscriber)
	if err != nil {
		return err
	}
	if gave.ID != "" && !d.Order.State.Live() {
		d.Order = gave
	}
	if d.Subscriber.Number != "" && !m.person.Gone {
		watched := gave
		if d.Order.Number == d.Subscriber.Number && len(d.Order.Conditions) > 0 {
			watched = d.Order
		}
		s.conditions(tenant, m, watched, d)
	}
	if !m.person.Gone && !m.lacks(Directory) {
		d.rules()
	}
	o := d.Order
	d.Opens = o.ID != "" && (o.Requester.ID == by.ID || acc.Sees(o))
	d.Retries = o.State == provision.Parked && acc.Need("", provision.Operate, o.Sites()...) == nil
	d.Reopens = d.reopens()
	return nil
}

// gave is the order that made a phone what it is; the zero order where no order did, or it is not there any more.
func (s *Service) gave(tx provision.Tx, tenant provision.TenantID, sub provision.Subscriber) (provision.Order, error) {
	if sub.Order == "" || sub.Number == "" {
		return provision.Order{}, nil
	}
	o, err := s.order.OrderIn(tx, tenant, sub.Order)
	return o, provision.IgnoreNotFound(err)
}

// conditions is the checklist as it is now, as far as it was answered. Since when something is as it is, and when it
// was last seen met, an order tells whose watch looked at the same number.
func (s *Service) conditions(tenant provision.TenantID, m microsoft, watched provision.Order, d *Diagnosis) {
	if watched.Number != d.Subscriber.Number {
		watched = provision.Order{}
	}
	before := watched.Conditions
	watched.Tenant = tenant
	watched.Number = d.Subscriber.Number
	now := s.Now().UTC()
	list := s.people.Readiness(m.person, m.voice, m.assignment, watched, d.Plan, now)
	for i, c := range list {
		source := asked[c.Name]
		if source == "" {
			source = Telephony
		}
		if m.lacks(source) {
			continue
		}
		stood := i < len(before) && before[i].Name == c.Name && before[i].Met == c.Met
		if !stood {
			c.Since = provision.ZeroTime // this look is the first that sees it
		}
		d.Conditions = append(d.Conditions, c)
		if c.Met {
			continue
		}
		missing := Missing{Condition: c, Met: watched.Ready}
		if !stood && i < len(before) && before[i].Since.After(watched.Ready) {
			missing.Met = before[i].Since
		}
		d.Missing = append(d.Missing, missing)
	}
}

// rules puts each rule that stands against the person to the condition that it explains, and the others by themselves.
// The phone and the order that the card shows anyway are no reasons.
func (d *Diagnosis) rules() {
	for _, r := range d.Eligibility.Reasons {
		if r.Rule == provision.HasOrder || r.Rule == provision.HasPhone {
			continue
		}
		i := slices.IndexFunc(d.Missing, func(c Missing) bool { return slices.Contains(closer[c.Name], r.Rule) })
		if i < 0 {
			d.Against = append(d.Against, r)
			continue
		}
		d.Missing[i].Rules = append(d.Missing[i].Rules, r)
	}
}

// reopens reports whether the reader may say of their own phone that they see no dial pad, which begins its watch anew.
// Another order that is at work for them would be the diagnosis's own.
func (d *Diagnosis) reopens() bool {
	o, sub := d.Order, d.Subscriber
	return d.Self && o.State == provision.Done && !o.Past && sub.Order == o.ID && sub.Number == o.Number
}
