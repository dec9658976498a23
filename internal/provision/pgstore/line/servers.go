package line

import (
	"fmt"
	"slices"
)

// Server is one of several that a URL names.
type Server struct {
	Name  string // host and port
	At    Line   // not known where it does not answer, or takes no writes
	Since int64  // when it was started
}

// Foreign leaves out the servers of another identity than used, or all where there are several and used is 0. The error
// names one of them.
func Foreign(found []Server, used int64) ([]Server, error) {
	foreign := slices.IndexFunc(found, func(s Server) bool { return s.At.System != found[0].At.System })
	if foreign < 0 {
		return found, nil
	}
	err := fmt.Errorf("%s and %s take writes, and neither is a standby of the other: name the servers of one database "+
		"only", found[0].Name, found[foreign].Name)
	return slices.DeleteFunc(found, func(s Server) bool { return s.At.System != used }), err
}

// Double reports whether two servers take writes on the newest line: each was promoted in the place of the same primary,
// and has what the other does not have. One server may have several names.
func Double(found []Server) bool {
	newest, other := double(found)
	return newest != other
}

// double are two such servers, or the same one twice.
func double(found []Server) (newest, other Server) {
	for _, s := range found {
		if s.At.Timeline > newest.At.Timeline {
			newest = s
		}
	}
	at := slices.IndexFunc(found, func(s Server) bool { return s.At == newest.At && s.Since != newest.Since })
	if at < 0 || !newest.At.Known() {
		return newest, newest
	}
	return newest, found[at]
}

// Twins takes out the servers for which Double is true, but for the one that was started at used. Where none of them
// was, it is in doubt which is right, and all are taken out. twins are when they were started; the error names two.
// known are twins of before, which put nothing in doubt.
func Twins(found []Server, used int64, known map[int64]bool) (rest []Server, twins []int64, doubt bool, err error) {
	newest, other := double(found)
	if newest == other {
		return found, nil, false, nil
	}
	err = fmt.Errorf("%s and %s both take writes, each in the place of the same primary, and what is written to one is "+
		"not on the other: stop the wrong one, make it a standby of the other, and start each replica again that is not "+
		"ready", newest.Name, other.Name)
	fresh := slices.DeleteFunc(slices.Clone(found), func(s Server) bool { return known[s.Since] })
	if newest, other = double(fresh); newest == other {
		return fresh, nil, false, err
	}
	doubt = !slices.ContainsFunc(fresh, func(s Server) bool { return s.At == newest.At && s.Since == used })
	for _, s := range fresh {
		if s.At == newest.At && s.Since != used {
			twins = append(twins, s.Since)
		} else {
			rest = append(rest, s)
		}
	}
	return rest, twins, doubt, err
}
