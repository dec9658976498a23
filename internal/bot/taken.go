package bot

import (
	"slices"
	"strings"
	"unicode"

	"calltab/internal/provision"
)

// taken says why a number is no free one of ours, by what the other cells of its line say of it.
func (c cells) taken() provision.Message {
	if foreignType(c.kind) {
		return provision.Say("file-type", "text", c.kind)
	}
	for _, status := range c.status {
		if foreignType(status) {
			return provision.Say("file-type", "text", status)
		}
		if !freeWords[valueWord(status)] {
			return provision.Say("file-status", "text", status)
		}
	}
	for _, answer := range c.assigned {
		if !noWords[valueWord(answer)] {
			return provision.Say("file-status", "text", answer)
		}
	}
	for _, holder := range c.holders {
		if !nobodyWords[valueWord(holder)] {
			return provision.Say("file-holder", "text", holder)
		}
	}
	for _, name := range c.names {
		if !nobodyWords[valueWord(name)] {
			return provision.Say("file-name", "text", name)
		}
	}
	for _, other := range c.others {
		if isUPN(other) && !isNumber(other) {
			return provision.Say("file-holder", "text", other)
		}
		if saysTaken(other) {
			return provision.Say("file-status", "text", other)
		}
	}
	return provision.Message{}
}

// saysTaken reports whether a cell says that a number is not free, whatever its column is called.
func saysTaken(v string) bool {
	word := valueWord(v)
	if freeWords[word] || noWords[word] || nobodyWords[word] {
		return false
	}
	if botTypes[word] {
		return true
	}
	words := strings.FieldsFunc(provision.Plain(v), func(r rune) bool { return !unicode.IsLetter(r) })
	if slices.ContainsFunc(words, func(w string) bool { return takenWords[w] }) {
		return true
	}
	text := " " + strings.Join(words, " ") + " "
	return slices.ContainsFunc(takenPhrases, func(p string) bool { return strings.Contains(text, " "+p+" ") })
}

// valueWord is what a cell says, in small letters without accents and what parts words. Nothing else is left out, as "Free (reserved)"
// is not free.
func valueWord(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("-_.'’", r) {
			return -1
		}
		return r
	}, provision.Plain(s))
}

func foreignType(s string) bool {
	word := valueWord(s)
	return slices.ContainsFunc(foreignTypes, func(t string) bool { return strings.Contains(word, t) })
}

// takenWords say that a number is not free, wherever they stand. Microsoft's are those of PstnAssignmentStatus
// (Get-CsPhoneNumberAssignment).
var takenWords = setOf(strings.Fields(`
	assigned userassigned conferenceassigned voiceappassigned policyassigned thirdpartyappassigned reserved taken used
	occupied allocated zugewiesen vergeben belegt reserviert benutzt attribue assigne reservee occupe utilise asignado
	reservado ocupado usado assegnato riservato occupato toegewezen gereserveerd bezet atribuido
	inuse unavailable busy blocked quarantined besetzt gesperrt attribuee occupee utilisee asignada reservada ocupada
	usada assegnata riservata occupata atribuida`)...)

// takenPhrases are such words that say it only together.
var takenPhrases = []string{
	"in use", "in service", "in benutzung", "in verwendung", "in gebrauch", "en service", "en uso", "in uso", "in gebruik", "em uso",
}

// botTypes are what a number can belong to in Teams that is no person.
var botTypes = setOf(
	"autoattendant", "callqueue", "voiceapp", "voiceapplication", "resourceaccount", "conferencebridge", "audioconferencing")

// freeWords are what a status says of a number that nobody has. Microsoft's own are Unassigned and Activated
// (Get-CsPhoneNumberAssignment, PstnAssignmentStatus and ActivationState).
var freeWords = setOf(strings.Fields(`
		unassigned notassigned free available unused notused notinuse spare vacant unallocated activated
		active aktiv actif activo attivo actief ativo frei verfugbar unbenutzt ungenutzt nichtzugewiesen
		nichtvergeben unbelegt nichtbelegt notreserved notallocated notblocked libre disponible nonattribue nonassigne inutilise noasignado sinasignar
		nousado libero disponibile nonassegnato inutilizzato vrij beschikbaar ongebruikt niettoegewezen
		livre disponivel naoatribuido naousado`)...)

// yesWords answer whether a number is free.
var yesWords = setOf("yes", "y", "true", "1", "x", "ja", "wahr", "oui", "vrai", "si", "vero", "sim", "verdadero", "verdadeiro", "waar")

// noWords answer whether a number is assigned.
var noWords = setOf(strings.Fields(`
	no n false 0 none unassigned free unblocked notblocked nein falsch keine keiner frei non faux libre ninguno
	nessuno libero nee geen vrij nao nenhum livre`)...)

// nobodyWords stand where the one who has a number would. Some of noWords do not: Frei and Vrij are people.
var nobodyWords = setOf(strings.Fields(`
	no n false 0 none unassigned free unblocked notblocked nichtzugewiesen niemand nonattribue personne noasignado
	nadie nonassegnato nessuno niettoegewezen niemand naoatribuido ninguem`)...)

// foreignTypes are in how files say that a number comes from Microsoft or one of its operators: it is no number for Direct
// Routing.
var foreignTypes = strings.Fields(`
		callingplan operatorconnect ocmobile anrufplan plandappel forfaitdappel plandellamada
		pianoperchiamate pianodichiamata belplan planodechamada`)

// directTypes are how files say that a number comes over Direct Routing.
var directTypes = []string{"directrouting", "did", "ddi", "sip", "siptrunk"}
