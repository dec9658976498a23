package graph

import "strings"

// What becomes of a number whose person loses the licence or the account first is told in two ways, and a client must
// live with either: Microsoft's documentation says that the number is cleared and leaves its inventory
// (https://learn.microsoft.com/microsoftteams/direct-routing-enable-users), people report that it stays bound and can
// be taken away only while the person is licensed (https://github.com/KelvinTegelaar/CIPP/issues/4632).

// Unlicense takes the person's phone licence away as another admin would. The number stays bound where it keeps, else
// it is cleared at once.
func (s *Server) Unlicense(alias string, keeps bool) error {
	return s.leave(alias, keeps, func(a *account) { a.held[Licence] = true })
}

// License gives the licence back.
func (s *Server) License(alias string) error { return s.hold(alias, string(Licence), false) }

// Delete removes the account from the directory and from Teams; the number as for Unlicense.
func (s *Server) Delete(alias string, keeps bool) error {
	return s.leave(alias, keeps, func(a *account) { a.gone = true })
}

// Restore brings a deleted account back, as the directory's recycle bin does for thirty days
// (https://learn.microsoft.com/entra/fundamentals/users-restore).
func (s *Server) Restore(alias string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err == nil {
		a.gone = false
		s.touch(a)
	}
	return err
}

func (s *Server) leave(alias string, keeps bool, how func(*account)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil {
		return err
	}
	how(a)
	s.touch(a)
	n := s.primary(a.person.ID)
	if n == nil || keeps {
		return nil
	}
	later := s.delays
	s.delays = Delays{}
	defer func() { s.delays = later }()
	s.unbind(n, s.cfg.Now())
	return nil
}

// bound refuses to take away a number that the service keeps bound: its user's account is deleted, or has lost its
// licence.
func (s *Server) bound(n *number) *problem {
	a := s.accounts[strings.ToLower(n.target)]
	switch {
	case a == nil:
		return nil // a phantom's: assumed to come off
	case a.gone:
		return notFound("User '%s' is not found.", n.target)
	case a.held[Licence]:
		return unlicensed(n.target, n.kind)
	}
	return nil
}
