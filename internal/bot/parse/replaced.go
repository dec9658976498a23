package parse

import "slices"

// replaced finds which of two numbers takes the place of the other: "replace A with B", "from A to B", "0131 -> 0133".
func (r *Reading) replaced(all []token) {
	var at []int
	for i, t := range all {
		if t.kind == aNumber || t.kind == someDigits {
			at = append(at, i)
		}
	}
	old := slices.DeleteFunc(slices.Clone(at), func(i int) bool { return !behindOrigin(all, i) })
	switch {
	case len(at) == 1 && (len(old) == 1 || wordAt(all, at[0]-1) == "not"): // "something nicer than 0186"
		r.taken(all[at[0]], "")
		return
	case len(at) != 2 || all[at[0]].kind != all[at[1]].kind:
		return
	}
	between := all[at[0]+1 : at[1]]
	forward := slices.ContainsFunc(between, func(t token) bool { return said.Becomes[t.text] })
	backward := slices.ContainsFunc(between, func(t token) bool { return said.InPlaceOf[t.text] })
	if len(old) == 1 { // "old 0133, new 0177"
		forward = old[0] == at[0]
		backward = !forward
	}
	if forward == backward {
		return
	}
	for _, i := range old {
		markAll(all[max(0, i-2):i]) // "instead of"
	}
	if backward {
		at[0], at[1] = at[1], at[0]
	}
	r.taken(all[at[0]], all[at[1]].value)
}

// taken notes the number, or its end, that another takes the place of.
func (r *Reading) taken(was token, is string) {
	r.Origin = was.value
	r.Left = slices.DeleteFunc(r.Left, func(left string) bool { return left == is || left == was.value })
	if was.kind == someDigits {
		r.Digits = is
		return
	}
	r.Numbers = nil
	if is != "" {
		r.Numbers = []string{is}
	}
}

// behindOrigin reports a number that is said to be the old one: "nicer than 0186", "instead of 0186", "old: 0186".
func behindOrigin(all []token, i int) bool {
	before := wordAt(all, i-1)
	return before == "than" || before == "of" && said.BeforeOrigin[wordAt(all, i-2)] || behindFormer(all, i)
}
