package graph

import (
	"net/url"
	"strings"

	"calltab/internal/provision"
)

// quote writes s as an OData string literal: in single quotes, with each one inside doubled (OData 4.01 part 2,
// 5.1.1.6.1). The result is not yet encoded for a URL.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// segment encodes s for a path, everything but letters, digits and -_.~: a plus or a slash in a name means itself.
func segment(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// guid returns s in lower case if it is a GUID with dashes; ok is false for anything else. Ids are checked before they
// become part of a path, so that none can name another resource, such as /users/delta.
func guid(s string) (lower string, ok bool) {
	if len(s) != 36 {
		return "", false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !hex(s[i]) {
			return "", false
		}
	}
	return strings.ToLower(s), true
}

func hex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// upn reports whether s can be a user principal name. The address of a user never lacks its @, and a slash, a
// backslash, a space or a control character is in none (https://learn.microsoft.com/graph/api/resources/user).
func upn(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && len(s) <= 1024 && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == '/' || r == '\\' || r == 0x7f
	})
}

// e164 brings a number as Graph writes it into our form. Graph's samples send and old records hold numbers without the
// plus, and Microsoft's PowerShell shows "tel:". Text that is no number is returned as it is: a person who has an odd
// number must not read as one who has none.
func e164(s string) provision.E164 {
	n := strings.TrimPrefix(strings.TrimSpace(s), "tel:")
	if n != "" && '0' <= n[0] && n[0] <= '9' {
		n = "+" + n
	}
	return provision.E164(n)
}

// dialable reports whether n has the form in which numbers are sent: a plus, 1 to 15 digits, and
// maybe ";ext=" with digits.
func dialable(n provision.E164) bool {
	digits, ok := strings.CutPrefix(string(n), "+")
	if !ok {
		return false
	}
	digits, ext, hasExt := strings.Cut(digits, ";ext=")
	return allDigits(digits, 15) && (!hasExt || allDigits(ext, 20))
}

func allDigits(s string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == ""
}
