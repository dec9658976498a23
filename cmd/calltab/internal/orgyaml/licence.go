package orgyaml

import (
	"slices"
	"strings"

	"calltab/internal/provision"
)

// licence is a service plan or product that the program does not know.
func (r *reader) licence(n node) {
	var l provision.Licence
	seen := r.fields(n, "a licence", map[string]func(node){
		"id": func(n node) {
			l.ID = r.guid(n, "id", "the GUID of a service plan or product")
			if is := provision.KnownLicence(l.ID); is != "" {
				r.wrong(line(n), "id: Calltab knows %s already, as %s", l.ID, is)
			}
		},
		"name": func(n node) { l.Name = r.text(n) },
		"means": func(n node) {
			l.Means = provision.Meaning(r.text(n))
			if all := provision.Meanings(); l.Means != "" && !slices.Contains(all, l.Means) {
				r.wrong(line(n), "means: is %q; expected %s", l.Means, alternatives(all))
			}
		},
	})
	r.require(n, "a licence", seen, "id", "means")
	r.org.policy.Licences = append(r.org.policy.Licences, l)
}

// alternatives lists texts as a sentence does.
func alternatives[S ~string](all []S) string {
	var b strings.Builder
	for i, s := range all {
		switch {
		case i > 0 && i == len(all)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}
