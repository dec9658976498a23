package graph

// SetAway turns the automatic replies of a person's mailbox on or off, as they would in Outlook.
func (s *Server) SetAway(alias string, away bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err == nil {
		a.away = away
	}
	return err
}

// mailboxSettings follows https://learn.microsoft.com/graph/api/user-get-mailboxsettings: times come in UTC, with seven
// digits of a second, also where nothing is scheduled.
func (s *Server) mailboxSettings(c *call) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p := s.account(c.ids[0])
	if p != nil {
		return reply{}, p
	}
	status := "disabled"
	if a.away {
		status = "alwaysEnabled"
	}
	at := func(day string) record { return record{"dateTime": day + "T17:00:00.0000000", "timeZone": "UTC"} }
	return ok(record{
		"@odata.context": c.base + "/$metadata#users('" + a.person.ID + "')/mailboxSettings(automaticRepliesSetting)",
		"automaticRepliesSetting": record{
			"status": status, "externalAudience": "all", "internalReplyMessage": "", "externalReplyMessage": "",
			"scheduledStartDateTime": at("2026-01-05"), "scheduledEndDateTime": at("2026-01-06"),
		},
	})
}
