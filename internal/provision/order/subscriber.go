package order

import "calltab/internal/provision"

// AgainstKind is what stands against an order of its kind.
func (s *Service) AgainstKind(tx provision.Tx, o *provision.Order,
	st provision.PersonFacts) ([]provision.Reason, error) {
	sub := st.Subscriber
	if o.Kind.Gives() {
		o.GiveTo(sub)
		return provision.Eligible(o.Person, st).Reasons, nil
	}
	if sub.Number == "" && (sub.User == "" || o.Kind != provision.Remove) {
		return []provision.Reason{{Rule: provision.NoPhone}}, nil
	}
	if err := s.TakeOver(tx, o, sub); err != nil {
		return nil, err
	}
	if !o.Kind.Ends() {
		st.Mine = append(st.Mine, sub.Number)
		return provision.Eligible(o.Person, st).Reasons, nil
	}
	if st.Order != "" {
		return []provision.Reason{{Rule: provision.HasOrder, Args: provision.Say("", "order", string(st.Order)).Args}},
			nil
	}
	return nil, nil
}

// TakeOver fills a draft in with what stays as it is.
func (s *Service) TakeOver(tx provision.Tx, o *provision.Order, sub provision.Subscriber) error {
	if o.Had.User != "" && o.Had != sub {
		if err := s.Drop(tx, o); err != nil { // it was for another person, or for another location
			return err
		}
	}
	o.Had = sub
	if o.Kind != provision.Move {
		o.Location = sub.Location
	}
	if o.Kind != provision.ChangePlan {
		o.Plan = sub.Plan
	}
	if !o.Kind.Asks(provision.FormNumber) {
		o.Number = sub.Number
	}
	return nil
}
