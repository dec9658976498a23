package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// lies are what the number service says although something else is so, by the names that scripts use. Each was
// reported: issues of MicrosoftDocs/office-docs-powershell where a number alone stands.
var lies = map[string]func(s *Server, id, e164 string) *problem{
	// #8875, #8989
	"user-not-found": func(_ *Server, id, _ string) *problem { return notFound("User '%s' is not found.", id) },
	"unlicensed":     func(_ *Server, id, _ string) *problem { return unlicensed(id, directRouting) },  // #8905, #9281
	"on-premises":    func(_ *Server, id, _ string) *problem { return onPremises(id) },                 // #9244, #9281
	"taken":          func(_ *Server, _, e164 string) *problem { return taken(e164) },                  // #9165, #9432
	"not-in-tenant":  func(s *Server, _, e164 string) *problem { return s.notOurs(e164) },              // #8905
	"unavailable":    func(*Server, string, string) *problem { return ServiceUnavailable().problem() }, // #8992, #9875
	"update-failed":  func(_ *Server, id, _ string) *problem { return updateFailed(id) },               // #8868
	// OfficeDocs-SkypeForBusiness#10153
	"pending": func(*Server, string, string) *problem { return activationPending() },
	// for accounts that cannot hold a user's number
	"opaque": func(*Server, string, string) *problem { return badRequest("BadRequest") },
}

func updateFailed(id string) *problem { return badRequest("Update failed for user '%s'", id) }

func activationPending() *problem {
	return badRequest("The location can't be updated because the activation state is pending.")
}

// Lies are what [Server.Lie] takes.
func Lies() []string { return slices.Sorted(maps.Keys(lies)) }

// Lie has every assignment for the person answered by a lie until Allow, at once or, late, as a failed operation.
func (s *Server) Lie(alias, name string, late bool) error {
	if lies[name] == nil {
		return fmt.Errorf("graph: no lie %q; there are %v", name, Lies())
	}
	return s.refuse(alias, &Refusal{lie: name, Late: late})
}

// Ignore has every assignment for the person succeed and change nothing until Allow, as older services did
// (https://github.com/MicrosoftDocs/office-docs-powershell/issues/9165).
func (s *Server) Ignore(alias string) error { return s.refuse(alias, &Refusal{ignore: true}) }

// NumberTypes are what [Server.Know] takes.
func NumberTypes() []string { return []string{directRouting, callingPlan, operatorConnect} }

// Know makes Microsoft's inventory list a number of a type, such as callingPlan, on nobody.
func (s *Server) Know(e164, kind string) error {
	if !slices.Contains(NumberTypes(), kind) {
		return fmt.Errorf("graph: no type %q of numbers", kind)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &number{e164: "+" + key(e164), kind: kind, source: "online"}
	n.shown.set(s.cfg.Now(), sight{there: true})
	s.numbers[key(e164)] = n
	return nil
}

// Corrupt puts a record into the inventory that breaks every listing it would be on
// (https://github.com/MicrosoftDocs/office-docs-powershell/issues/10042).
func (s *Server) Corrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &number{e164: corrupt, kind: directRouting, source: "online"}
	n.shown.set(s.cfg.Now(), sight{there: true})
	s.numbers[corrupt] = n
}

// corrupt is what stands where a number should be.
const corrupt = "1"

// broken is the answer for a page on which the corrupt record would be.
func broken(page []record) *problem {
	if !slices.ContainsFunc(page, func(r record) bool { return r["telephoneNumber"] == corrupt }) {
		return nil
	}
	return badRequest("Invalid DirectRoutingTelephoneNumber '%s'", corrupt)
}

// Revoke takes an application permission away from the bot, whatever its tokens say, as an admin does who withdraws
// consent; Grant gives it back. Real tokens keep a permission for up to an hour.
func (s *Server) Revoke(permission string) error {
	if !slices.Contains(Permissions(), permission) {
		return fmt.Errorf("graph: no permission %q; there are %s", permission, strings.Join(Permissions(), ", "))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = append(s.revoked, permission)
	return nil
}

// Grant ends Revoke.
func (s *Server) Grant(permission string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = slices.DeleteFunc(s.revoked, func(p string) bool { return p == permission })
}

// left are the roles of a token that were not revoked.
func (s *Server) left(roles []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(roles), func(p string) bool { return slices.Contains(s.revoked, p) })
}
