package card

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscapeLeavesOrdinaryTextAlone(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "Dana Reyes", "O'Neill-Brown, Siân", "dana_reyes@contoso.com", "d.reyes+tag@contoso.com", "+1 206-555-0100",
		"Ståle Ødegård", "山田 太郎", "علي رضا", "Łódź (centrum)", "R&D", "AT&T & sons; billing", "12 free", "1.5 hours", "10:30–11:00", "50 %",
		"Dana | Contoso", "A/B", "“quoted”", "e-mail", "$12 a month",
	} {
		if got := Escape(s); got != s {
			t.Errorf("Escape(%q) = %q, want it unchanged", s, got)
		}
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"bold", "**Dana**", "∗∗Dana∗∗"},
		{"italic underscores", "_Dana_ Reyes", "ˍDanaˍ Reyes"},
		{"bold underscores", "__Dana__", "ˍˍDanaˍˍ"},
		{"link", "[press me](https://evil.example)", "(press me)(https∶//evil.example)"},
		{"reference link", "[a]: b", "(a): b"},
		{"picture", "![x](data:y)", "!(x)(data:y)"},
		{"bare address", "see https://evil.example", "see https∶//evil.example"},
		{"autolink", "<https://evil.example>", "‹https∶//evil.example›"},
		{"mention", "<at>Everyone</at>", "‹at›Everyone‹/at›"},
		{"script", "<script>alert(1)</script>", "‹script›alert(1)‹/script›"},
		{"entity", "&lt;at&gt;", "& lt;at& gt;"},
		{"numeric entity", "&#60;b", "& #60;b"},
		{"code", "`rm`", "ˋrmˋ"},
		{"strike", "~~gone~~", "∼∼gone∼∼"},
		{"heading", "# Dana", "#\u00a0Dana"},
		{"quote", "> Dana", "› Dana"},
		{"bullet", "- Dana", "-\u00a0Dana"},
		{"plus bullet", "+ Dana", "+\u00a0Dana"},
		{"numbered", "1. Dana", "1.\u00a0Dana"},
		{"numbered with bracket", "12) Dana", "12)\u00a0Dana"},
		{"rule", "---", "‐--"},
		{"a mark alone", "1.", "1.\u00a0"},
		{"rule with spaces", "- - -", "-\u00a0- -"},
		{"deep heading", "### Dana # x", "###\u00a0Dana # x"},
		{"backslash", `a\*b`, "a∖∗b"},
		{"newlines", "Dana\r\n\r\n# Boss", "Dana # Boss"},
		{"line separators", "a\u2028b\u2029c\u0085d", "a b c d"},
		{"tabs and spaces", "\t a \u00a0 b  ", "a b"},
		{"bidi", "a\u202egnp.exe\u202c\u2066x\u2069\u200f", "agnp.exex"},
		{"zero width", "D\u200ba\u200dn\ufeffa\u2060", "Dana"},
		{"tags", "Dana\U000e0041\U000e007f", "Dana"},
		{"invisible letters", "Dana\u3164\u115f\u2800", "Dana"},
		{"control", "a\x00b\x1b[31mc", "ab(31mc"},
		{"tower of marks", "a" + strings.Repeat("\u0301", 50), "a" + strings.Repeat("\u0301", maxMarks)},
		{"date function", "{{DATE(2017-02-14T06:08:39Z, SHORT)}}", "{ {DATE(2017-02-14T06:08:39Z, SHORT)}}"},
		{"template", "${secret}", "$ {secret}"},
		{"invalid UTF-8", "a\xffb", "a\ufffdb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Escape(c.in); got != c.want {
				t.Errorf("Escape(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"Dana", "**a**_b_", "<at>x</at>", "[a](b)", "{{{", "\u202e", "1. ", "- - -", "&&lt;;", "___", "\xff", "a ://", "$${{"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Escape(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Escape(%q) = %q is not UTF-8", s, got)
		}
		if again := Escape(got); again != got {
			t.Fatalf("Escape(%q) = %q, and again %q", s, got, again)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }); i >= 0 {
			t.Fatalf("Escape(%q) = %q holds an invisible character at %d", s, got, i)
		}
		for _, bad := range []string{"*", "`", "<", ">", "[", "]", "~", "\\", "{{", "${", "://", "  "} {
			if strings.Contains(got, bad) {
				t.Fatalf("Escape(%q) = %q holds %q", s, got, bad)
			}
		}
	})
}
