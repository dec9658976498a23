package view

import "calltab/internal/provision"

// PhonesTitle names a list of phones by the location and the plan that it is picked out by; either may be empty.
func (w Writer) PhonesTitle(at, plan string) string {
	switch {
	case at != "" && plan != "":
		return w.Say("phones.title.both", "location", at, "plan", plan)
	case at != "":
		return w.Say("phones.title.location", "location", at)
	case plan != "":
		return w.Say("phones.title.plan", "plan", plan)
	}
	return w.Say("phones.title")
}

// NumbersTitle names a list of numbers by the location and the state that it is picked out by; either may be empty.
func (w Writer) NumbersTitle(at string, state provision.NumberState) string {
	if at == "" {
		at = w.Say("numbers.everywhere")
	}
	if state == "" {
		return w.Say("numbers.title", "location", at)
	}
	return w.Say("numbers.title."+string(state), "location", at)
}
