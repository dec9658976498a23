package dialplan

import (
	"strings"
	"testing"

	"calltab/internal/provision"
)

// TestReadings has texts with more than one reading, and texts that programs have changed. What begins with a question's
// message is asked.
func TestReadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, country, want string }{
		// The country's own calling code without its plus: the national reading would need a trunk zero.
		{"49211555010", "DE", "+49211555010"},
		{"49 711 555 010", "DE", "+49711555010"},
		{"441632960123", "GB", "+441632960123"},
		{"46 8 465 004 12", "SE", "+46846500412"},
		{"919876543210", "IN", "+919876543210"},
		{"9198765432", "IN", "number-two-readings +9198765432 +919198765432"}, // mobile numbers are written without their zero
		{"55 3555 0100", "BR", "+555535550100"},                               // an area, and too short for the calling code
		{"34 655 501 230", "ES", "+34655501230"},
		{"48 355 01 23", "PL", "+48483550123"},
		{"47 55 01 23", "NO", "+4747550123"},
		// Without area code.
		{"9876 5432", "AU", "number-local"},
		{"91234-5678", "BR", "number-local"},
		{"23456789", "IN", "number-local"},
		{"12345678", "CN", "number-local"},
		{"1234-5678", "JP", "number-local"},
		{"1234 5678", "KR", "number-local"},
		{"123 45 67", "TR", "number-local"},
		{"123 4567", "NL", "number-local"},
		{"123 4567", "ZA", "number-local"},
		{"123 4567", "NZ", "number-local"},
		{"123 4567", "IE", "number-local"},
		{"55 01 23", "SE", "number-local"},
		{"12345", "DE", "number-local"},
		{"98765432", "IT", "number-local"},
		{"6187 6543", "AU", "number-local"}, // 61 is no calling code
		{"91 234567", "IN", "number-local"},
		{"+61 9876 5432", "AU", "+6198765432"}, // with its plus
		// Without area code, though with the country's code in front it would be a number: that of another town.
		{"23125000", "DE", "number-local"},
		{"2312500", "DE", "number-local"},
		{"23125-00", "DE", "number-local"},
		{"555 0123", "AT", "number-local"},
		{"555 0123", "FI", "number-local"},
		{"345 004 12", "SE", "number-local"},
		{"6355 0123", "KR", "number-local"},
		{"2345 6789", "KR", "number-local"},
		{"236 4567", "IE", "number-local"},
		{"2345 6789", "TW", "number-local"},
		{"2345 6789", "MY", "number-local"},
		{"2345 6789", "EG", "number-local"},
		{"555-0100", "US", "number-local"},
		{"7946 0100", "GB", "number-local"},
		{"0100 5", "GB", "number-not-understood"},
		{"+1 555 0100", "US", "number-not-understood"},
		{"1 255 0123", "HU", "+3612550123"}, // whole: nobody has eight digits behind an area code there
		{"9 555 0123", "NZ", "+6495550123"},
		{"3 555 0123", "IL", "+97235550123"},
		{"030 23125000", "DE", "+493023125000"},
		{"(30) 23125 00", "DE", "+49302312500"},
		{"3023125000", "DE", "+493023125000"},
		{"+27 123 4567", "", "+271234567"},
		// Whole, though their trunk zero is lost, and nobody has them.
		{"7700 900123", "GB", "+447700900123"},
		{"1632 960123", "GB", "+441632960123"},
		{"20 910 1234", "IE", "+353209101234"},
		{"6 39 98 12 34", "FR", "+33639981234"},
		{"3 5550 0100", "JP", "+81355500100"},
		{"2 5550 0123", "AU", "+61255500123"},
		{"5155 0123", "HK", "+85251550123"},
		// Another country's calling code without its plus.
		{"44 20 7946 0123", "DE", "number-two-readings +49442079460123 +442079460123"},
		{"12065550100", "IT", "number-two-readings +3912065550100 +12065550100"},
		{"30 23125 000", "DE", "+493023125000"}, // no number of Greece: the trunk zero is lost
		{"(47) 3555-0100", "BR", "+554735550100"},
		// "00" is a plus everywhere.
		{"00 44 20 7946 0123", "US", "+442079460123"},
		{"0012065550100", "AU", "+12065550100"},
		{"0011 44 20 7946 0123", "AU", "+442079460123"},
		{"0049 30 23125000", "JP", "+493023125000"},
		{"0055 11 5555 0100", "BR", "+551155550100"},
		{"00 999 123 4567", "US", "number-not-understood"},
		// Zeros that count.
		{"+39 6 5550 1234", "IT", "number-zero +39655501234 +390655501234"},
		{"6 5550 1234", "IT", "number-zero +39655501234 +390655501234"},
		{"+39 (0)6 5550 1234", "IT", "+390655501234"},
		{"+39 0347 555 0123", "IT", "number-zero +3903475550123 +393475550123"},
		{"+39 347 555 0123", "DE", "+393475550123"},
		{"39 2 12345678", "IT", "number-zero +39212345678 +390212345678"}, // the plus is gone too
		{"39 6 69821234", "IT", "number-zero +39669821234 +390669821234"},
		{"39669821234.0", "IT", "number-zero +39669821234 +390669821234"},
		{"3951123456", "IT", "number-two-readings +39051123456 +393951123456"}, // or a mobile number
		{"39 06 69821234", "IT", "+390669821234"},
		{"393475550123", "IT", "+393475550123"},
		{"338 555 0123", "IT", "+393385550123"},
		{"+44 (0)20 7946 0123", "US", "+442079460123"},
		// Possible with its plus, valid or not.
		{"+353 20 910 1234", "", "+353209101234"},
		{"+49 155 0123", "DE", "+491550123"},
		{"+52 1 55 5555 0100", "", "+525555550100"},
		{"+54 9 11 5555-0100", "", "+5491155550100"},
		// What spreadsheets leave.
		{"493023125000.0", "DE", "+493023125000"},
		{"+12065550100.0", "US", "+12065550100"},
		{"12065550100.00", "US", "+12065550100"},
		{"12065550100,0", "US", "+12065550100"},
		{"2065550100.0", "US", "+12065550100"},
		{"030.23125.0", "DE", "+4930231250"}, // a direct line, not an amount
		{"'+12065550100", "", "+12065550100"},
		{"’+12065550100", "", "+12065550100"},
		{`="+12065550100"`, "", "+12065550100"},
		{`"+12065550100"`, "", "+12065550100"},
		{"1.20655501E+10", "US", "number-digits-lost"},
		{"4,93023E+11", "DE", "number-digits-lost"},
		{`="4.93023e11"`, "DE", "number-digits-lost"},
		{"28.11.2026", "DK", "number-not-understood"},
		{"11/28/2026", "SG", "number-not-understood"},
		{"2026-11-28", "NO", "number-not-understood"},
		{"28 11 20 26", "DK", "+4528112026"},
		{"28.11.20.26", "DK", "+4528112026"},
		{"0100", "DE", "number-not-understood"}, // a direct line, and not +49 0100
		{"0100", "AT", "number-not-understood"},
		{"1065550100", "US", "number-not-understood"},
		{"12,065,550,100", "US", "number-several"},
		{"Tel.: +49 30 23125 000", "", "+493023125000"},
		{"+1\ufe0f206\u200b555\u20600100", "", "+12065550100"},
		// Extensions.
		{"206-555-0100 Ext: 100", "US", "+12065550100;ext=100"},
		{"206-555-0100 extension 100", "US", "+12065550100;ext=100"},
		{"206-555-0100, ext. 100", "US", "+12065550100;ext=100"},
		{"206-555-0100 (ext 100)", "US", "+12065550100;ext=100"},
		{"206-555-0100 extn 0100", "US", "+12065550100;ext=0100"},
		{"206-555-0100 #100", "US", "+12065550100;ext=100"},
		{"206-555-0100x100", "US", "+12065550100;ext=100"},
		{"+12065550100; ext=100", "", "+12065550100;ext=100"},
		{"tel:+12065550100;ext=100.0", "", "+12065550100;ext=100"},
		{"206-555-0100 # ", "US", "number-not-understood"},
		{"206-555-0100 ext 100 ext 101", "US", "number-not-understood"},
		// As they are pasted from mails, programs and lists.
		{"T: +1 (206) 555-0100", "US", "+12065550100"},
		{"Tel. +44 (0) 20 7946 0958", "GB", "+442079460958"},
		{"Tél. : 01 99 00 12 34", "FR", "+33199001234"},
		{"Fon +49 30 23125-000", "DE", "+493023125000"},
		{"Mobile: +44 7700 900123", "GB", "+447700900123"},
		{"Tel: (206) 555-0100 Fax: (206) 555-0101", "US", "number-not-understood"},
		{"Fax: 206-555-0100", "US", "number-not-understood"},
		{"Dana <+12065550100>", "US", "number-not-understood"},
		{"t2065550100", "US", "number-not-understood"},
		{"Direct line", "US", "number-not-understood"},
		{"<tel:+12065550100>", "", "+12065550100"},
		{"tel:%2B1%20206-555-0100", "", "+12065550100"},
		{"tel:+12065550100;phone-context=+1", "", "number-not-understood"},
		{"tel:+12065550100;ext=5;isub=1234", "", "number-several"},
		{"tel:5550100;phone-context=+1206", "US", "number-not-understood"},
		{"tel:7042;phone-context=example.com", "US", "number-not-understood"},
		{"sip:+12065550100@sbc.example.com;user=phone", "", "+12065550100"},
		{"sips:+12065550100@192.0.2.7:5061", "", "+12065550100"},
		{"sip:dana@example.com", "US", "number-not-understood"},
		{"+12065550100@example.com", "US", "number-not-understood"},
		{"=+12065550100", "US", "+12065550100"},
		{"=SUM(A1)", "US", "number-not-understood"},
		{"„030 23125 000“", "DE", "+493023125000"},
		{"• 206·555·0100", "US", "+12065550100"},
		{"1. 030 23125000", "DE", "+493023125000"}, // of a list, and not +49 103 023125000
		{"12) 0316 555012", "AT", "+43316555012"},
		{"2. +49 30 23125000", "DE", "+493023125000"},
		{"1. 206-555-0100", "US", "+12065550100"},
		{"206) 555-0100", "US", "+12065550100"},
		{"2. 09 555 0123", "FI", "+35895550123"},
		{"2. 030 23125001", "DE", "+493023125001"},
		{"2 030 2312500", "DE", "number-slash +4920302312500"}, // a chat has lost the full stop
		{"2 09 555 0123", "FI", "number-slash +3582095550123"},
		{"49 030 23125001", "DE", "+493023125001"},
		{"6 01 02 03 04", "FR", "+33601020304"},
		{"20 01 02 03", "DK", "+4520010203"},
		{"20) 3023125001", "DE", "number-two-readings +493023125001 +49203023125001"},
		{"030 23125 10 11 12", "DE", "number-slash +493023125101112"},
		{"09 555 0123 0124", "FI", "number-slash +358955501230124"},
		{"01 5550123 10 11", "AT", "number-slash +43155501231011"},
		{"+493023125101112", "DE", "+493023125101112"}, // with its plus
		{"٠٣٠ ٢٣١٢٥٠٠٠", "DE", "+493023125000"},
		{"206‒555–0100", "US", "+12065550100"},
		{"(+49) 30 23125000", "DE", "+493023125000"},
		// With what is dialled within the country, now or in the past.
		{"06 1 255 0123", "HU", "+3612550123"},
		{"+36 06 1 255 0123", "HU", "+3612550123"},
		{"8 (495) 123-45-67", "RU", "+74951234567"},
		{"495 123-45-67", "RU", "number-two-readings +74951234567 +4951234567"},
		{"01 55 5555 0100", "MX", "+525555550100"},
		{"044 55 5555 0100", "MX", "+525555550100"},
		{"045 664 655 0100", "MX", "+526646550100"},
		{"011 15 5555-0100", "AR", "+5491155550100"},
		{"15 5555-0100", "AR", "number-local"},
		{"0 21 11 5555-0100", "BR", "+551155550100"}, // 21 is a carrier
		{"(0XX11) 5555-0100", "BR", "+551155550100"},
		{"+55 (0xx11) 95555-0100", "BR", "+5511955550100"},
		{"206-555-0100xx12", "US", "number-not-understood"},
		{"+39-0347-5550123", "IT", "number-zero +3903475550123 +393475550123"},
		{"972-50-555-0123", "IL", "+972505550123"},
		{"65 6123 4567", "SG", "+6561234567"},
		{"09 8765 4321", "CL", "number-zero +560987654321 +56987654321"},
		// Extensions in other languages. A German Durchwahl is the end of the number.
		{"+33 1 99 00 12 00 poste 23", "", "+33199001200;ext=23"},
		{"+34 915550123 extensión 23", "", "+34915550123;ext=23"},
		{"+55 11 5555 0100 ramal 12", "", "+551155550100;ext=12"},
		{"+31 20 555 0123 toestel 12", "", "+31205550123;ext=12"},
		{"030 23125 Durchwahl 10", "DE", "number-not-understood"},
		// Several numbers are not one.
		{"+12065550100, +12065550101", "", "number-several"},
		{"+12065550100 to +12065550101", "", "number-several"},
		{"+12065550100-0101", "", "number-several"},
		{"030 23125-10/11/12", "DE", "number-slash"},
		{"+49 30 23125/10", "DE", "number-slash"},
		{"0211/555-010", "DE", "+49211555010"},
		{"030 23125 10-19", "DE", "number-one-or-several"},
		// A tail that makes a number which there is into none: a range or an extension.
		{"03-1234-5678-81", "JP", "number-range-or-extension +81312345678"},
		{"+81 3-1234-5678-81", "JP", "number-range-or-extension +81312345678"},
		{"+81 3-1234-5678–81", "", "number-range-or-extension +81312345678"},
		{"03-1234-5678-5681", "JP", "number-several"},
		{"03-1234-5678-01", "JP", "number-slash +8131234567801"},
		{"+81 3-1234-5678-01", "", "number-slash +8131234567801"},
		{"03-1234-5678 - 81", "JP", "number-several"},
		{"0312345678-81", "JP", "number-one-or-several"},
		{"03 1234 5678 81", "JP", "number-slash"},
		{"+81 3 1234 5678 81", "", "+8131234567881"}, // with its plus, and without a dash
		{"03 234 5678-81", "NZ", "number-range-or-extension"},
		{"6123 4567-70", "SG", "number-range-or-extension"},
		{"+65 6123 4567-70", "SG", "number-range-or-extension"},
		{"6123 4567-4570", "SG", "number-several"},
		{"010 123 4567-70", "NL", "number-range-or-extension"},
		{"02-123-4567-70", "IL", "number-range-or-extension"},
		{"02 123 4567-70", "TH", "number-range-or-extension"},
		{"(02) 3234 5678-81", "PH", "number-range-or-extension"},
		{"01 234 5678-81", "IE", "number-range-or-extension"},
		{"(022) 12345-348", "IE", "number-range-or-extension"},
		{"02 234 5678-81", "AE", "number-range-or-extension"},
		{"02 123 456-59", "BG", "number-range-or-extension"},
		{"2123 1234-37", "UY", "number-range-or-extension"},
		{"08-12 34 56-59", "SE", "+46812345659"}, // there is such a number
		{"+1 206-555-0100", "", "+12065550100"},  // kept for fiction
	} {
		n, err := New().Parse(c.text, c.country)
		got := string(n)
		if say, _ := provision.SayOf(err); err != nil {
			got = say.ID
			if want, _, asked := strings.Cut(c.want, " "); asked && want == say.ID {
				got = strings.TrimSpace(say.ID + " " + say.Args["one"] + say.Args["number"] + " " + say.Args["other"])
			}
		}
		if got != c.want {
			t.Errorf("Parse(%q, %q) is %s, want %s", c.text, c.country, got, c.want)
		}
	}
}

// TestDirectLines has ranges and numbers with direct lines as each country writes them. "?" is asked.
func TestDirectLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, country, first string
		count                int
	}{
		{"030 23125 10 - 19", "DE", "+49302312510", 10},
		{"030/23125 10 bis 19", "DE", "+49302312510", 10},
		{"from +49 30 23125 10 to +49 30 23125 19", "DE", "+49302312510", 10},
		{"030 23125-10 – 030 23125-19", "DE", "+49302312510", 10},
		{"030 23125 10-19", "DE", "?", 0},
		{"030/23125-10-19", "DE", "?", 0},
		{"+49 30 23125 0-999", "DE", "?", 0}, // 23125 0 to 9, 10 to 99 and 100 to 999, if it is a range
		{"+49 30 23125 0 - 999", "DE", "?", 0},
		{"03023125-30", "DE", "?", 0},
		{"030 23125-200", "DE", "+493023125200", 1},
		{"030 23125-0", "DE", "+4930231250", 1},
		{"01 5550123 10-19", "AT", "+431555012310", 10}, // one number would have too many digits
		{"01 55501 10-19", "AT", "?", 0},
		{"01 55501-23", "AT", "+4315550123", 1},
		{"08-465 004 00–99", "SE", "+46846500400", 100},
		{"08-465 004 00 – 99", "SE", "+46846500400", 100},
		{"020 7946 0100-0199", "GB", "+442079460100", 100},
		{"020 7946-0100", "GB", "+442079460100", 1},
		{"01 99 00 12 00-49", "FR", "+33199001200", 50},
		{"01 99 00 12-34", "FR", "+33199001234", 1},
		{"03-5550-0100~0199", "JP", "+81355500100", 100},
		{"03-5550-0100-0199", "JP", "+81355500100", 100},
		{"03-5550-0100", "JP", "+81355500100", 1},
		{"06 5550 1200 – 1299", "IT", "+390655501200", 100},
		{"(206) 555-0100 thru 0149", "US", "+12065550100", 50},
		{"206-555-0100 - 206-555-0149", "US", "+12065550100", 50},
		{"206-555-0100-", "US", "?", 0},
		{"030/23125-10 bis -19", "DE", "+49302312510", 10},
		{"01 99 00 12 00 à 49", "FR", "+33199001200", 50},
		{"de 01 99 00 12 00 à 01 99 00 12 49", "FR", "+33199001200", 50},
		{"91 555 01 00 al 49", "ES", "+34915550100", 50},
		{"desde 91 555 01 00 hasta 91 555 01 49", "ES", "+34915550100", 50},
		{"dal 06 5550 1200 al 06 5550 1299", "IT", "+390655501200", 100},
		{"020 555 0100 t/m 0149", "NL", "+31205550100", 50},
		{"van 020 555 0100 tot en met 020 555 0149", "NL", "+31205550100", 50},
		{"(11) 5555-0100 até 0149", "BR", "+551155550100", 50},
		{"206-555-0100 → 0149", "US", "+12065550100", 50},
		{"206-555-0100 - 555-0149", "US", "+12065550100", 50},
		{"1. 206-555-0100 to 0149", "US", "+12065550100", 50},
		{"206-555-01xx", "US", "?", 0},
		{"206-555-0100 (50)", "US", "?", 0},
		{"030 23125-1x", "DE", "?", 0},
		{"206-555-0750-801", "US", "?", 0}, // an extension, or a range
		{"+1 (206) 555-0100-149", "", "?", 0},
		{"020 7946 0100–199", "GB", "?", 0},
		{"206-555-0750 - 801", "US", "+12065550750", 52},
		{"206-555-0750-81", "US", "?", 0}, // a direct line of two digits, too
		{"(206) 555-0750-81", "US", "?", 0},
		{"+1 206.555.0750-81", "", "?", 0},
		{"020 7946 0750–81", "GB", "?", 0},
		{"206-555-0750-9", "US", "?", 0},
		{"206-555-0750 - 81", "US", "+12065550750", 32},
		{"206-555-0750 to 81", "US", "+12065550750", 32},
		{"2065550750-81", "US", "+12065550750", 32},
		{"2065550750-801", "US", "+12065550750", 52},
		{"206-555-0750-2065550801", "US", "+12065550750", 52},
	} {
		first, count, err := New().Block(c.text, c.country)
		if c.first == "?" && err == nil || c.first != "?" && (string(first) != c.first || count != c.count) {
			t.Errorf("Block(%q, %q) = %q, %d, %v, want %q, %d", c.text, c.country, first, count, err, c.first, c.count)
		}
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+12065550100, +12065550105":                     "+12065550100 +12065550105",
		"206-555-0100; 206-555-0105":                     "+12065550100 +12065550105",
		"+12065550100\n+12065550101":                     "+12065550100 +12065550101",
		"+12065550100-0102, +12065550105":                "+12065550100 +12065550101 +12065550102 +12065550105",
		"+12065550100, +12065550100":                     "+12065550100",
		"206-555-0100, ext. 7, 206-555-0101":             "+12065550100;ext=7 +12065550101",
		"+12065550100; ext=7; +12065550101; ext=100-101": "+12065550100;ext=7 +12065550101;ext=100 +12065550101;ext=101",
		"+12065550100, 0101":                             "number-not-understood 0101",
		"+12065550100, front desk":                       "number-not-understood front desk",
		"+12065550100-0109, +12065550120":                "block-too-big",
		",":                                              "number-not-understood ,",
	} {
		all, err := New().Expand(text, "US", 10)
		var got []string
		for _, n := range all {
			got = append(got, string(n))
		}
		if say, _ := provision.SayOf(err); err != nil {
			got = strings.Fields(say.ID + " " + say.Args["text"])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}
