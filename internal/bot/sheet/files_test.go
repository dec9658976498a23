package sheet

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"calltab/internal/provision"
	"calltab/internal/provision/dialplan"
)

var towns = []provision.Location{
	{ID: "seattle", Name: "Seattle", Country: "US"},
	{ID: "london", Name: "London", Country: "GB"},
	{ID: "berlin", Name: "Berlin", Country: "DE"},
}

// littleEndian is a text as PowerShell's ">" writes it.
func littleEndian(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// files are files as programs and people make them, and what they read as: each line is a number, refused, without a
// location, or said in a note.
var files = []struct{ name, data, want string }{
	// As Microsoft's programs make them.
	{"Get-CsPhoneNumberAssignment", `"TelephoneNumber","OperatorId","NumberType","ActivationState","AssignedPstnTargetId","City","PstnAssignmentStatus"
"+12065550701","83d289bc-a4d3-41e6-8a3f-cff260a3f091","DirectRouting","Activated",,"Seattle","Unassigned"
"+12065550702","83d289bc-a4d3-41e6-8a3f-cff260a3f091","DirectRouting","Activated","0a1b2c3d-0000-4000-8000-000000000001","Seattle","UserAssigned"
"+12065550703","83d289bc-a4d3-41e6-8a3f-cff260a3f091","CallingPlan","Activated",,"Seattle","Unassigned"
"+12065550704","83d289bc-a4d3-41e6-8a3f-cff260a3f091","DirectRouting","AssignmentPending",,"Seattle","Unassigned"
"+12065550705","83d289bc-a4d3-41e6-8a3f-cff260a3f091","DirectRouting","Activated",,"Redmond","Unassigned"
`, "+12065550701 seattle; 3 file-status; 4 file-type; 5 file-status; 1 unplaced; file-columns: OperatorId"},
	{"Get-CsPhoneNumberAssignment with #TYPE, whole", "#TYPE Microsoft.Teams.ConfigAPI.Cmdlets.Generated.Models.AcquiredPhoneNumber\r\n" +
		"\"TelephoneNumber\",\"NumberType\",\"City\",\"CivicAddressId\",\"IsoCountryCode\",\"Capability\",\"PstnAssignmentStatus\"\r\n" +
		"\"+12065550701\",\"DirectRouting\",\"Seattle\",\"00000000-0000-0000-0000-000000000000\",\"US\",\"UserAssignment\",\"Unassigned\"\r\n" +
		"\"+442079469901\",\"DirectRouting\",\"London\",\"00000000-0000-0000-0000-000000000000\",\"GB\",\"UserAssignment\",\"ConferenceAssigned\"\r\n",
		"+12065550701 seattle; 4 file-status; file-heading: 2; file-columns: CivicAddressId, IsoCountryCode, Capability"},
	{"Get-CsPhoneNumberAssignment with blocked numbers", "TelephoneNumber,City,PstnAssignmentStatus,AssignmentBlockedState\n" +
		"+12065550701,Seattle,Unassigned,\n+12065550702,Seattle,Unassigned,BlockedForever\n", "+12065550701 seattle; 3 file-status"},
	{"Export-Csv of a selection", "#TYPE Selected.Microsoft.Rtc.Management.Hosted\n\"Location\",\"TelephoneNumber\"\n\"Seattle\",\"+12065550711\"\n",
		"+12065550711 seattle; file-heading: 2"},
	{"Teams admin center", "Phone number,Location,Number type,Status,Assigned to\n+12065550801,Seattle,Direct Routing,Assigned,Nora Feld\n" +
		"+12065550802,Seattle,Direct Routing,Unassigned,\n+12065550803,Seattle,Calling Plan,Unassigned,\n+12065550804,Seattle,Direct Routing,,Nora Feld\n",
		"+12065550802 seattle; 2 file-status; 4 file-type; 5 file-holder"},
	{"Get-CsOnlineUser", "UserPrincipalName,DisplayName,LineURI\nnora@example.com,Nora Feld,tel:+12065550701\n,,tel:+12065550702;ext=12\n",
		"2 file-holder; 1 unplaced"},
	{"Get-CsOnlineTelephoneNumber", "Id,ActivationState,BridgeNumber,CityCode,TargetType,NumberType,Location\n12065550701,Activated,,,,DirectRouting,Seattle\n",
		"+12065550701 seattle; file-columns: BridgeNumber, TargetType"}, // "Id" can be anything: its value tells
	{"PowerShell's redirection", littleEndian("TelephoneNumber\tLocation\r\n+12065550701\tSeattle\r\n+442079469901\tLondon\r\n"),
		"+12065550701 seattle; +442079469901 london"},
	{"UTF-16 without its mark", littleEndian("number\tlocation\n+12065550701\tSeattle\n")[2:], "+12065550701 seattle"},
	// As spreadsheets leave them.
	{"dashes for nothing", "number,location,status,assigned to\n+12065550701,Seattle,-,–\n+12065550702,Seattle,free,N/A\n-,Seattle,,\n+12065550703,Seattle,-,Nora\n",
		"+12065550701 seattle; +12065550702 seattle; 4 file-no-number; 5 file-holder"},
	{"people who are called so", "number,location,assigned to\n+12065550701,Seattle,Frei\n+12065550702,Seattle,Null\n+12065550703,Seattle,NULL\n+12065550704,Seattle,none\n",
		"+12065550703 seattle; +12065550704 seattle; 2 file-holder; 3 file-holder"},
	{"errors and dates", "number,location\n#N/A,Seattle\n#########,Seattle\n28.11.2026,Berlin\n2026-11-28,London\n",
		"2 number-not-understood; 3 number-not-understood; 4 number-not-understood; 5 number-not-understood"},
	{"lines within a heading", "\"Phone\nnumber\",\"Office\nlocation\"\n+12065550701,Seattle\n", "+12065550701 seattle"},
	{"formulas without quotes", "number;location\n=+12065550701;Seattle\n=2065550702;Seattle\n", "+12065550701 seattle; +12065550702 seattle"},
	{"local numbers", "number,location\n23125000,Berlin\n7946 9901,London\n555-0701,Seattle\n",
		"2 number-local; 3 number-local; 4 number-local"},
	{"a line for the separator", "sep=;\nlocation;number\nSeattle;+12065550722", "+12065550722 seattle"},
	{"a tab for the separator", "sep=\t\nlocation\tnumber\nSeattle\t+12065550722", "+12065550722 seattle"},
	{"apostrophes and formulas", "number,location\n'+12065550771,Seattle\n=\"+12065550773\",Seattle\n\"=\"\"+12065550774\"\"\",Seattle\n",
		"+12065550771 seattle; +12065550773 seattle; +12065550774 seattle"},
	{"amounts", "number,location,ext\n12065550701.0,Seattle,\n493023125000.0,Berlin,\n2065550702.0,Seattle,12.0\n",
		"+12065550701 seattle; +493023125000 berlin; +12065550702;ext=12 seattle"},
	{"short amounts", "number,location\n1.20656E+10,Seattle\n\"4,93023E+11\",Berlin\n", "2 number-digits-lost; 3 number-digits-lost"},
	{"lost zeros", "number,location\n3023125000,Berlin\n2079469901,London\n", "+493023125000 berlin; +442079469901 london"},
	{"semicolons and commas in notes", "Number;Site;Note\n030 23125 000;Berlin;\"Empfang, Erdgeschoss; links\"\n", "+493023125000 berlin Empfang, Erdgeschoss; links"},
	{"tabs", "number\tlocation\n+12065550701\tSeattle\n", "+12065550701 seattle"},
	{"bars", "number|location\n+12065550701|Seattle\n", "+12065550701 seattle"},
	{"carriage returns", "number,location\r+12065550701,Seattle\r+12065550702,Atlantis\r", "+12065550701 seattle; 3 location-unknown"},
	{"a byte order mark", "\ufeff\"number\",\"location\"\n\"+12065550701\",\"Seattle\"\n", "+12065550701 seattle"},
	{"empty lines and fields", "number,location,,\n,,,\n+12065550701,Seattle,,\n,,,\n", "+12065550701 seattle"},
	{"a sum at the end", "number,location\n+12065550701,Seattle\nTotal,,1\n", "+12065550701 seattle; 1 unplaced; file-columns: 3"},
	{"hidden characters", "num\u200bber,location\n\u202a+12065550701\u202c,Seattle\n", "+12065550701 seattle"},
	// As carriers make them.
	{"first and last", "Site,First number,Last number\nSeattle,+12065550701,+12065550703\nBerlin,+49 30 23125 010,+49 30 23125 011\n",
		"+12065550701 seattle; +12065550702 seattle; +12065550703 seattle; +493023125010 berlin; +493023125011 berlin"},
	{"first and last digits", "from;to;site\n+12065550701;0702;Seattle\n+12065550709;0708;Seattle\n", "+12065550701 seattle; +12065550702 seattle; 3 number-not-understood"},
	{"quantity", "Start,Quantity,Location\n+12065550701,2,Seattle\n+12065550711,,Seattle\n+12065550721,x,Seattle\n+12065550731,0,Seattle\n+12065550741,1.0,Seattle\n",
		"+12065550701 seattle; +12065550702 seattle; +12065550711 seattle; +12065550741 seattle; 4 file-quantity; 5 file-quantity"},
	{"first, last and quantity", "first,last,count,location\n+12065550701,+12065550702,2,Seattle\n+12065550711,+12065550712,3,Seattle\n",
		"+12065550701 seattle; +12065550702 seattle; 3 file-quantity"},
	{"blocks", "range,location\n+12065550701-0702,Seattle\n030 23125 10-19,Berlin\n+49 30 23125 0-999,Berlin\n020 7946 9901 to 9902,London\n",
		"+12065550701 seattle; +12065550702 seattle; +442079469901 london; +442079469902 london; 3 number-one-or-several; 4 number-direct-lines"},
	{"from and to", "From,To,Site\n206-555-0701,206-555-0702,Seattle\n2065550711,0712,Seattle\n206-555-0721,,Seattle\n,206-555-0731,Seattle\n",
		"+12065550701 seattle; +12065550702 seattle; +12065550711 seattle; +12065550712 seattle; +12065550721 seattle; 5 file-no-number"},
	{"ends in another order, or another country", "Start Number,End Number,Location\n+12065550713,+12065550711,Seattle\n+12065550721,+442079469901,Seattle\n",
		"2 number-not-understood; 3 number-not-understood"},
	{"quantities", "Number,Quantity,Location\n+12065559999,2,Seattle\n+12065550711,\"1,000\",Seattle\n+12065550721,3.5,Seattle\n+12065550731-0733,3,Seattle\n+12065550741-0743,4,Seattle\n",
		"+12065559999 seattle; +12065560000 seattle; +12065550731 seattle; +12065550732 seattle; +12065550733 seattle; 3 file-quantity; 4 file-quantity; 6 file-quantity"},
	{"the heading again", "number,location\n+12065550701,Seattle\nnumber,location\n+12065550702,Seattle\n",
		"+12065550701 seattle; +12065550702 seattle"},
	{"lists", "numbers,location\n\"+12065550701, +12065550702\",Seattle\n\"+12065550703\n+12065550704\",Seattle\n\"+12065550705, +12065550701\",Seattle\n",
		"+12065550701 seattle; +12065550702 seattle; +12065550703 seattle; +12065550704 seattle; 5 file-twice"},
	{"a letterhead", "Example Telecom\nOrder 42, 3 November\n\nDID,Location,Trunk,Status\n+12065550701,Seattle,T1,Available\n+12065550702,Seattle,T1,In service\n",
		"+12065550701 seattle; 6 file-status; file-heading: 4; file-columns: Trunk"},
	{"a number above the heading", "+12065550701,Seattle\nnumber,location\n+12065550702,Seattle\n", "+12065550702 seattle; 1 file-before-heading; file-heading: 2"},
	{"assigned, yes or no", "number,location,assigned\n+12065550701,Seattle,no\n+12065550702,Seattle,yes\n+12065550703,Seattle,FALSE\n",
		"+12065550701 seattle; +12065550703 seattle; 3 file-status"},
	{"a state of the union", "number,city,state\n+12065550701,Seattle,WA\n", "+12065550701 seattle; file-columns: state"},
	{"two columns of numbers", "number,mobile,telephone,location\n+12065550701,+12065550702,+12065550703,Seattle\n,+12065550704,+12065550705,Seattle\n",
		"+12065550701 seattle; 3 file-no-number; file-columns: mobile, telephone"},
	// As people make them.
	{"no heading", "+12065550701,Seattle,for Dana,12\n+12065550702,London,,\n", "+12065550701;ext=12 seattle for Dana; 2 number-wrong-country"},
	{"no heading, a note that is one elsewhere", "+12065550701,Seattle,DID\n+12065550702,Seattle,DID\n",
		"+12065550701 seattle DID; +12065550702 seattle DID"},
	{"no heading, such a note further on", "206 555 0701,Seattle,front desk\n\"(206) 555-0702 ext. 12\",Seattle,Phone\n206-555-070,Seattle,Block\n",
		"+12065550701 seattle front desk; +12065550702;ext=12 seattle Phone; 3 number-not-understood"},
	{"no heading, such a note behind a formula", "=\"+12065550701\";Seattle;DID\n'+12065550702;Seattle;Range\n",
		"+12065550701 seattle DID; +12065550702 seattle Range"},
	{"no heading, such a note behind a label", "Tel. +12065550701,Seattle,DID\nT: 206 555 0702,Seattle,Block\n",
		"+12065550701 seattle DID; +12065550702 seattle Block"},
	{"no heading, such a note behind an address", "sip:+12065550701@sbc.example.com;user=phone,Seattle,DID\n", "+12065550701 seattle DID"},
	{"no heading, digits of another script", "٠٣٠ ٢٣١٢٥ ٠٠٠,Berlin,DID\n", "+493023125000 berlin DID"},
	{"a German heading with a day", "Rufnummer;Standort;Stand 28.11.2026\n+12065550701;Seattle;\n", "+12065550701 seattle; file-columns: Stand 28.11.2026"},
	{"a heading with figures", "Number (E.164),Location,As of 2026-11-28\n+12065550701,Seattle,\n", "+12065550701 seattle; file-columns: As of 2026-11-28"},
	{"no heading, an extension of five", "+12065550701,Seattle,,12345\n2065550702,,,12345\n", "+12065550701;ext=12345 seattle; 1 unplaced"},
	{"no heading, location first", "Seattle;+12065550701\nLondon;020 7946 9901\n", "+12065550701 seattle; +442079469901 london"},
	{"no heading, more fields", "+12065550701,Seattle,,,x,y\n", "+12065550701 seattle; file-columns: 5, 6"},
	{"no location", "number\n+12065550701\n+442079469901\n\"x\"\n", "3 unplaced"},
	{"some locations", "number,location\n+12065550701,Seattle\n+12065550702,\n", "+12065550701 seattle; 1 unplaced"},
	{"another country's number", "number,location\n442079469901,Berlin\n+442079469902,Berlin\n0044 20 7946 9903,Berlin\n",
		"2 number-two-readings; 3 number-wrong-country; 4 number-wrong-country"},
	{"extensions", "number,location\n206-555-0701 Ext: 100,Seattle\n\"206-555-0701, ext. 101\",Seattle\n+12065550701 #102,Seattle\n206-555-0701 x911,Seattle\n",
		"+12065550701;ext=100 seattle; +12065550701;ext=101 seattle; +12065550701;ext=102 seattle; 5 extension-reserved"},
	// What a cell says of a number counts, whatever its column is called.
	{"more than a word for free", "Number,Location,Status,Assigned to\n+12065550701,Seattle,Free (reserved for Dana),\n+12065550702,Seattle,Unassigned (port pending),\n" +
		"+12065550703,Seattle,Free,none (Dana from Monday)\n+12065550704,Seattle,не free,\n+12065550705,Seattle,Not assigned,none\n+12065550706,Seattle,not-in-use,\n",
		"+12065550705 seattle; +12065550706 seattle; 2 file-status; 3 file-status; 4 file-holder; 5 file-status"},
	{"two columns for who has it", "Number,Location,Assigned to,User\n+12065550701,Seattle,Dana Reyes,none\n+12065550702,Seattle,none,none\n",
		"+12065550702 seattle; 2 file-holder"},
	{"no heading, and taken", "+12065550701,Seattle,Assigned\n+12065550702,Seattle,In use by Dana Reyes\n+12065550703,Seattle,,,,reserved\n+12065550704,Seattle,dana@example.com\n" +
		"+12065550705,Seattle,unused\n+12065550706,Seattle,for the reservation desk\n",
		"+12065550705 seattle unused; +12065550706 seattle for the reservation desk; 1 file-status; 2 file-status; 3 file-status; 4 file-holder; file-columns: 6"},
	{"a state that is no state", "Number,City,State\n+12065550701,Seattle,Assigned\n+12065550702,Seattle,WA\n", "+12065550702 seattle; 2 file-status; file-columns: State"},
	{"a note that says it", "Number,Location,Note\n+12065550701,Seattle,reserviert für Dana\n+12065550702,Seattle,desk\n", "+12065550702 seattle desk; 2 file-status"},
	{"a type that says it", "Number,Location,Type\n+12065550701,Seattle,Assigned\n+12065550702,Seattle,Auto attendant\n+12065550703,Seattle,Geographic\n+12065550704,Seattle,Number (Calling Plan)\n",
		"+12065550703 seattle; 2 file-status; 3 file-status; 5 file-type; file-columns: Type"},
	{"a number column by its values", "TN,Site,Status\n+12065550701,Seattle,Assigned\n+12065550702,Seattle,Unassigned\n", "+12065550702 seattle; 2 file-status"},
	{"a number column of no name that is known", "Asset,Line,Site,Owner\nA1,206-555-0701,Seattle,Dana Reyes\nA2,206-555-0702,Seattle,\n",
		"+12065550702 seattle; 2 file-holder; file-columns: Asset"},
	{"a note that is a status, and no heading", "front desk,Seattle,Assigned\n+12065550701,Seattle,free\n", "+12065550701 seattle free; 1 file-status"},
	{"available, yes or no", "number,location,available\n+12065550701,Seattle,Yes\n+12065550702,Seattle,No\n+12065550703,Seattle,available\n",
		"+12065550701 seattle; +12065550703 seattle; 3 file-status"},
	{"longer names for a status and a holder", "Number,Location,Voice Line Status,Assigned To User\n+12065550701,Seattle,Live,\n+12065550702,Seattle,Free,Dana\n+12065550703,Seattle,Free,\n",
		"+12065550703 seattle; 2 file-status; 3 file-holder"},
	{"words for taken that are denied", "Number,Location,Remark,Blocked\n+12065550701,Seattle,Not in use,Not blocked\n+12065550702,Seattle,not assigned,Blocked\n",
		"+12065550701 seattle Not in use; 3 file-status; file-columns: Blocked"},
	{"two files joined", "Number,Location,Note\n+12065550701,Seattle,desk\n\nTN,Site,Status,Trunk\n+12065550702,Seattle,In service,T1\n+12065550703,Seattle,Free,T1\n" +
		"Number,Owner,Location\n+12065550704,Dana Reyes,Seattle\n+12065550705,,London\n",
		"+12065550701 seattle desk; +12065550703 seattle; 5 file-status; 8 file-holder; 9 number-wrong-country; file-columns: Trunk"},
	{"a file behind one without a heading", strings.Repeat("\n", 25) + "+12065550701,Seattle,desk\nNumber,Location,Assigned to\n+12065550702,Seattle,Dana Reyes\n",
		"+12065550701 seattle desk; 28 file-holder"},
	{"a second number", "+12065550702,Seattle,+12065550703\n+12065550704,Seattle,,206-555-0705\n+12065550706,Seattle,room 12345\n",
		"+12065550706 seattle room 12345; 1 file-second-number; 2 file-second-number"},
	{"people by the names of columns", "DisplayName,LineURI,Location\nDana Reyes,tel:+12065550701,Seattle\n,tel:+12065550702,Seattle\n", "+12065550702 seattle; 2 file-holder"},
	{"a name", "Number,Name,Location\n+12065550701,Dana Reyes,Seattle\n+12065550702,none,Seattle\n+12065550703,Seattle,Seattle\n",
		"+12065550702 seattle; +12065550703 seattle; 2 file-name; file-columns: Name"},
	// In the languages of the people who make them.
	{"German", "Standort;Rufnummer;Durchwahl;Status;Bemerkung\nBerlin;030 23125 000;;frei;Empfang\nBerlin;+49 30 23125 001;;belegt;\nBerlin;030 23125 002;;Verfügbar;\n",
		"+493023125000 berlin Empfang; +493023125002 berlin; 3 file-status"},
	{"German ranges", "Standort;Von;Bis;Anzahl\nBerlin;+49 30 23125 010;+49 30 23125 011;2\nBerlin;+49 30 23125 020;019;\n",
		"+493023125010 berlin; +493023125011 berlin; 3 number-not-understood"},
	{"French", "Site;N° de téléphone;État;Attribué à;Remarques\nSeattle;+1 206 555 0701;Disponible;;accueil\nSeattle;+1 206 555 0702;Attribué;;\nSeattle;+1 206 555 0703;;Nora;\n",
		"+12065550701 seattle accueil; 3 file-status; 4 file-holder"},
	{"Spanish", "Número de teléfono;Ubicación;Estado;Asignado\n+12065550701;Seattle;Libre;No\n+12065550702;Seattle;Libre;Sí\n+12065550703;Seattle;Reservado;No\n",
		"+12065550701 seattle; 3 file-status; 4 file-status"},
	{"Italian", "Numero di telefono;Sede;Tipo di numero;Stato\n+12065550701;Seattle;Direct Routing;Libero\n+12065550702;Seattle;Piano per chiamate;Libero\n",
		"+12065550701 seattle; 3 file-type"},
	{"Dutch", "Telefoonnummer;Locatie;Eerste;Laatste\n;London;020 7946 9901;9902\n", "+442079469901 london; +442079469902 london; file-columns: Telefoonnummer"},
	{"Portuguese", "Telefone;Localização;Ramal;Observações\n+12065550701;Seattle;12;recepção\n", "+12065550701;ext=12 seattle recepção"},
	{"French ends of a range", "de;à;site\n+12065550701;0702;Seattle\n", "+12065550701 seattle; +12065550702 seattle"},
	{"two letters that are no end", "number,site,DE,AT\n+12065550701,Seattle,x,y\n", "+12065550701 seattle; file-columns: DE, AT"},
	{"a Spanish state of the union", "Teléfono,Ciudad,Estado\n+12065550701,Seattle,WA\n", "+12065550701 seattle; file-columns: Estado"},
	// Broken.
	{"a quote that is not closed", "number,location\n+12065550701,Seattle\n\"+12065550702,Seattle\n+12065550703,Seattle\n", "file-quote 3"},
	{"a quote closed by another field's", "number,location,note\n+12065550701,Seattle,\"first\n+12065550702,Seattle,\"second\"\n", "file-quote 2"},
	{"a quote closed by the end of another line", "number,location,note\n+12065550701,Seattle,\"first\n+12065550702,Seattle,second\"\n", "file-quote 2"},
	{"area codes apart", "area code,number,location\n206,5550701,Seattle\n030,23125000,Berlin\n030,030 23125 000,Berlin\n30,3023125001,Berlin\n30,30123456,Berlin\n206,2065550702,Seattle\n030,+49 30 23125 002,Berlin\n",
		"+493023125000 berlin; +493023125001 berlin; +12065550702 seattle; +493023125002 berlin; 2 file-area-code; 3 file-area-code; 6 file-area-code"},
	{"another area code than the number's", "number,location,area code\n+16175550770,Seattle,206\n+12065550771,Seattle,425\n+12065550772,Seattle,206\n" +
		"+49 30 23125 003,Berlin,089\n+49 30 23125 004,Berlin,030\n+44 20 7946 9904,London,020\n",
		"+12065550772 seattle; +493023125004 berlin; +442079469904 london; 2 file-other-area; 3 file-other-area; 5 file-other-area"},
	{"letters of another code", "number,location,note\n+12065550701,Seattle,Empfang f\xfcr G\xe4ste\n", "file-encoding"},
	{"twice", "number,location\n+12065550701,Seattle\n2065550701,Seattle\n", "+12065550701 seattle; 3 file-twice"},
}

// TestColumnNames holds that a name means one column, and is as columnWord writes it.
func TestColumnNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, names := range lexicon.Columns {
		for _, name := range names {
			if seen[name] || columnWord(name) != name {
				t.Errorf("%s is two columns, or never found", name)
			}
			seen[name] = true
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	if len(files) < 40 {
		t.Errorf("%d files", len(files))
	}
	for _, f := range files {
		if got := sheetOf(f.data, towns, ""); got != f.want {
			t.Errorf("%s\n got %s\nwant %s", f.name, got, f.want)
		}
	}
}

// TestFilesTo puts the lines without a location to one: then each of them is a number or refused.
func TestFilesTo(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"number\n+12065550701\n2065550702\n+442079469901\nx\n": "2 numbers, 2 refused",
		"number,location\n+12065550701,\n+442079469901,London": "2 numbers, 0 refused",
		"number,city\n+12065550701,Redmond\n":                  "1 numbers, 0 refused",
	} {
		read, err := Read([]byte(data), towns, dialplan.New(), "seattle")
		if err != nil {
			t.Fatal(err)
		}
		if read.Unplaced > 0 {
			t.Errorf("%q: %d lines without a location", data, read.Unplaced)
		}
		if got := fmt.Sprintf("%d numbers, %d refused", len(read.Numbers), len(read.Refused)); got != want {
			t.Errorf("%q: %s, want %s", data, got, want)
		}
	}
}
