// Package cmdlet reads the commands of Teams PowerShell that admins paste, as the words that they mean: "Remove-Cs…
// -Identity dana@…" becomes "release number of dana@…". Nothing is run: the words are read like those of any line, and
// what is meant is reviewed on a card.
//
// The cmdlets and their parameters are those of Microsoft's reference of the module MicrosoftTeams,
// https://learn.microsoft.com/en-us/powershell/module/microsoftteams/
package cmdlet

import (
	"strings"

	"calltab/internal/bot/parse/lexicon"
)

// meaning is how a cmdlet is said in plain words. In it, WHO, NUMBER and POLICY stand for what its parameters name.
type meaning struct {
	says   string
	number string // where a number is given
	null   string // where $null or $false is given: what is set is taken away
	status map[string]string
}

// assigning gives a person a number or takes it away; listing lists numbers or finds whose one is.
var (
	assigning = meaning{says: "enable phone for WHO", number: "assign number NUMBER to WHO", null: "release number of WHO"}
	listing   = meaning{says: "list numbers", number: "find NUMBER", status: map[string]string{
		"unassigned": "list free numbers", "userassigned": "list assigned numbers", "assigned": "list assigned numbers",
	}}
)

// meanings are those of the cmdlets, in small letters.
var meanings = map[string]meaning{
	"set-csphonenumberassignment":    assigning,
	"set-csuser":                     assigning,
	"set-csonlinevoiceuser":          assigning,
	"set-csonlineuser":               assigning,
	"enable-csuser":                  assigning,
	"remove-csphonenumberassignment": {says: "release number of WHO", number: "release NUMBER of WHO"},
	"disable-csuser":                 {says: "release number of WHO"},
	"remove-csonlinetelephonenumber": {says: "release number NUMBER", number: "release number NUMBER"},
	"remove-mguser":                  {says: "remove WHO"},
	"remove-azureaduser":             {says: "remove WHO"},
	"get-csphonenumberassignment":    listing,
	"get-csonlinetelephonenumber":    listing,
	"get-csonlineuser":               {says: "list phones", number: "find NUMBER"},
	"get-csuser":                     {says: "list phones", number: "find NUMBER"},
	"get-csonlinevoiceuser":          {says: "list phones", number: "find NUMBER"},
	"grant-csonlinevoiceroutingpolicy": {
		says: "change plan of WHO to POLICY",
	},
	"grant-csteamsupgradepolicy":                            {says: "policy WHO POLICY"},
	"grant-csteamscallingpolicy":                            {says: "policy WHO POLICY"},
	"grant-cstenantdialplan":                                {says: "policy WHO POLICY"},
	"new-csonlinedirectroutingtelephonenumberuploadrequest": {says: "add numbers", number: "add numbers NUMBER"},
	"new-csonlinetelephonenumberorder":                      {says: "port numbers", number: "port numbers NUMBER"},
	"new-csautoattendant":                                   {says: "auto attendant"},
	"set-csautoattendant":                                   {says: "auto attendant"},
	"new-cscallqueue":                                       {says: "call queue"},
	"set-cscallqueue":                                       {says: "call queue"},
	"set-csusercallingsettings":                             {says: "call forwarding of WHO"},
	"grant-cscallinglineidentity":                           {says: "caller id of WHO"},
	"new-cscallinglineidentity":                             {says: "caller id"},
	"set-csonlinevoicemailusersettings":                     {says: "voicemail of WHO"},
	"grant-csonlinevoicemailpolicy":                         {says: "voicemail of WHO"},
	"new-csonlineliscivicaddress":                           {says: "civic address"},
	"new-csonlinelislocation":                               {says: "emergency address"},
	"grant-csteamsemergencycallroutingpolicy":               {says: "emergency calls of WHO"},
	"grant-csteamscompliancerecordingpolicy":                {says: "call recording of WHO"},
	"set-csonlinedialinconferencinguser":                    {says: "audio conferencing of WHO"},
	"grant-csdialoutpolicy":                                 {says: "international calls of WHO"},
	"new-csinboundblockednumberpattern":                     {says: "block spam calls"},
	"set-mguserlicense":                                     {says: "assign license to WHO"},
	"set-csonlinevoiceapplicationinstance":                  {says: "call queue"},
	"new-csonlineapplicationinstance":                       {says: "call queue"},
}

// What parameters say. Those of quiet say nothing that Calltab could use; the values of all others are kept.
var (
	whose = lexicon.SetOf("identity", "user", "userid", "userprincipalname", "upn", "assignedpstntargetid", "objectid",
		"searchstring")
	numbers = lexicon.SetOf("phonenumber", "telephonenumber", "lineuri", "onpremlineuri", "telephonenumberstartswith",
		"telephonenumbercontain", "startingnumber", "telephonenumbers")
	policies = lexicon.SetOf("policyname", "onlinevoiceroutingpolicy")
	statuses = lexicon.SetOf("pstnassignmentstatus", "isnotassigned")
	switches = lexicon.SetOf("enterprisevoiceenabled")
	quiet    = lexicon.SetOf("phonenumbertype", "numbertype", "top", "first", "skip", "resultsize", "removeall",
		"locationid", "networksiteid", "notify", "force", "confirm", "erroraction", "hostedvoicemail", "activationstate",
		"capabilitiescontain", "assignmentcategory", "inventorytype", "property", "notypeinformation", "path", "encoding",
		"addlicenses", "removelicenses", "assignmentblockeddays", "noclobber", "usecommonparameters", "global")
)

// Plain puts plain words in the place of the first cmdlet of a line and of what follows it. A line without one that is
// known is returned as it is.
func Plain(line []lexicon.Word) []lexicon.Word {
	for i, w := range line {
		name := strings.ToLower(w.Text)
		if m, known := meanings[name]; known && !w.Quoted {
			words := append(line[:i:i], m.plain(line[i+1:])...)
			return words
		}
	}
	return line
}

// given is what the parameters of a cmdlet name.
type given struct {
	who, number, policy, rest []lexicon.Word
	status                    string
	null, file                bool
}

func (m meaning) plain(words []lexicon.Word) []lexicon.Word {
	g := read(words)
	says := m.says
	switch {
	case m.status[g.status] != "":
		says = m.status[g.status]
	case m.null != "" && g.null:
		says = m.null
	case m.number != "" && len(g.number) > 0:
		says = m.number
	case strings.HasPrefix(m.says, "list") && len(g.who) > 0:
		says = "find WHO"
	}
	if g.file {
		says = "export " + says
	}
	var plain []lexicon.Word
	for _, text := range strings.Fields(says) {
		switch text {
		case "WHO":
			plain = append(plain, g.who...)
		case "NUMBER":
			plain = append(plain, g.number...)
		case "POLICY":
			plain = append(plain, g.policy...)
		default:
			plain = append(plain, lexicon.Word{Text: text})
		}
	}
	return append(plain, g.rest...)
}

// read takes the parameters of a cmdlet apart: "-Identity dana@…". What is piped on is looked at for a file alone.
func read(words []lexicon.Word) (g given) {
	name := ""
	first := true // parameter: it may go without its name, and says whose number it is
	for i, w := range words {
		text := strings.ToLower(w.Text)
		if text == "|" || strings.HasPrefix(text, "-") {
			first = false
		}
		switch {
		case text == "-eq" || text == "-like" || text == "-match": // "| ? LineUri -eq …"
			name = strings.TrimLeft(strings.ToLower(words[max(i-1, 0)].Text), "{$_.")
		case first && !w.Quoted && strings.Trim(text, "+0123456789") == "":
			g.number = append(g.number, w)
		case first && (w.Quoted || !lexicon.English.Stop[text]):
			g.who = append(g.who, w)
		case first:
			g.rest = append(g.rest, w)
		case strings.HasPrefix(text, "export-") || strings.HasPrefix(text, "out-file"):
			g.file = true
			return g
		case text == "|" || strings.HasPrefix(text, "where"):
			name = "" // its words are kept
		case !w.Quoted && len(text) > 1 && text[0] == '-' && text[1] >= 'a':
			name = text[1:]
		case text == "$null" || text == "$false" || text == "":
			g.null = g.null || numbers[name] || switches[name]
		case whose[name]:
			g.who = append(g.who, w)
		case numbers[name]:
			w.Text = strings.TrimPrefix(text, "tel:")
			w.Quoted = false
			g.number = append(g.number, w)
		case policies[name]:
			w.Quoted = false
			g.policy = append(g.policy, w)
		case statuses[name]:
			g.status = text
		case name == "endingnumber":
			g.number = append(g.number, lexicon.Word{Text: "to"}, lexicon.Word{Text: w.Text})
		case !quiet[name] && !switches[name] && !strings.HasPrefix(text, "$") && name != "":
			g.rest = append(g.rest, w)
		}
	}
	return g
}
