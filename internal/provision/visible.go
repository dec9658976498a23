package provision

import (
	"strings"
	"unicode"
)

// Visible is a text without the characters that nobody sees: format characters (Unicode Cf, such as zero width spaces,
// joiners and the marks of writing direction), variation selectors, and what else Unicode lets a reader ignore. They
// come with pasted names and numbers, and make two texts differ that look the same. Every text that enters goes through
// it, so that none is stored.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if Hidden(r) {
			return -1
		}
		return r
	}, text)
}

// Hidden reports whether a character is one of those that nobody sees.
func Hidden(r rune) bool {
	return r > unicode.MaxASCII && unicode.In(r, unicode.Cf, unicode.Variation_Selector,
		unicode.Other_Default_Ignorable_Code_Point) ||
		r == '\u00ad'
}
