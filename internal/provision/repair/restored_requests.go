package repair

import (
	"slices"

	"calltab/internal/provision"
)

// elsewhere reports a number that Microsoft shows on another account, or on no account but in use.
func (v ShownPhone) Elsewhere(n provision.E164) bool {
	return slices.ContainsFunc(v.Holders, func(h provision.Holder) bool {
		return h.Number == n && h.Whose != "" && h.Whose != provision.Nobodys && h.Whose != provision.Persons
	})
}
