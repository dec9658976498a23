package parse

import (
	"strings"

	"calltab/internal/bot/parse/number"
)

// takeNumbers finds whole numbers, the ends of numbers, area codes, and how many are meant.
func takeNumbers(all []token) []token {
	for i := 0; i < len(all); i++ {
		if end := strings.TrimLeft(all[i].text, ".…x#*"); end != all[i].text && all[i].kind == aWord && isEnding(end) &&
			!said.Reference[wordAt(all, i-1)] {
			all[i].kind = someDigits
			all[i].value = end
			continue
		}
		if all[i].kind != aWord || all[i].word.Quoted || said.Emergency[all[i].text] || !Numberish(all[i].word.Text) {
			if said.Reference[wordAt(all, i-1)] && strings.HasPrefix(all[i].text, "#") && isEnding(all[i].text[1:]) {
				all = merged(all, i-1, i+1, aReference, "") // "ticket #4711"
				i--
			}
			continue
		}
		end := i + 1
		for end < len(all) && all[end].kind == aWord && Numberish(all[end].word.Text) {
			end++
		}
		var words []Word
		for _, t := range all[i:end] {
			words = append(words, t.word)
		}
		text := Join(words)
		switch digits := CountDigits(text); {
		case said.Reference[wordAt(all, i-1)] && !strings.HasPrefix(text, "+") && digits > 0:
			all = merged(all, i-1, i+1, aReference, "")
			i--
		case digits >= ShortestNumber && !(strings.HasPrefix(text, "+") && digits <= longestArea):
			first, rest := number.First(text)
			all = merged(all, i, end, aNumber, first)
			all[i].name = rest
			all = takeRange(all, i)
		case DigitsIn(all[i].word.Text) == "": // "( 0": what follows is looked at next
			all[i].kind = aBreak
		case strings.HasPrefix(text, "+") && digits <= longestArea:
			all = merged(all, i, end, anArea, "+"+DigitsIn(text))
		case saysCount(all, i):
			all[i].kind = aCount
			all[i].value = DigitsIn(all[i].word.Text)
		case isArea(all, i):
			all[i].kind = anArea
			all[i].value = DigitsIn(all[i].word.Text)
		case digits >= 3 || i > 0 && said.Ending[all[i-1].text]:
			all[i].kind = someDigits
			all[i].value = DigitsIn(all[i].word.Text)
		default:
			all[i].kind = aCount
			all[i].value = DigitsIn(all[i].word.Text)
		}
		if all[i].kind == someDigits {
			markEnding(all[:i])
		}
	}
	return all
}

// markEnding marks the words before the end of a number that say that it is one: "ending in".
func markEnding(before []token) {
	from := len(before)
	for from > 0 && said.Ending[wordAt(before, from-1)] {
		from--
	}
	if from < len(before) && said.EndsIn[before[from].text] {
		markAll(before[from:])
	}
}

// isEnding reports the end of a number, as TakeEnding takes one.
func isEnding(s string) bool {
	return len(s) >= shortestEnding && len(s) <= longestEnding && DigitsIn(s) == s
}

// longestArea is how many digits a country code and an area code have together at most.
const longestArea = 6

// isArea reports the area code of numbers: "617 numbers", "area code 617", "the 617 area".
func isArea(all []token, i int) bool {
	const most = 3
	digits := DigitsIn(all[i].word.Text)
	if len(digits) < 2 || len(digits) > most+1 || len(digits) > most && digits[0] != '0' {
		return false
	}
	behind, before := wordAt(all, i+1), wordAt(all, i-1)
	return said.AreaCode[before] || said.AreaCode[behind] || len(digits) == most && said.Plural[behind]
}

// saysCount reports how many numbers are meant: "100 more numbers", "150 lines". No area code begins with 1 or ends in
// two noughts.
func saysCount(all []token, i int) bool {
	digits := DigitsIn(all[i].word.Text)
	behind := wordAt(all, i+1)
	round := digits[0] == '1' || len(digits) == 3 && strings.HasSuffix(digits, "0")
	return said.More[behind] || said.Plural[behind] && round
}

// takeRange puts the end of a block to the number that it begins with: "617-555-0180 thru 0199".
func takeRange(all []token, i int) []token {
	if i+2 >= len(all) || all[i+2].kind != aWord || !Numberish(all[i+2].word.Text) {
		return all
	}
	between := all[i+1].text
	digits := CountDigits(all[i+2].word.Text)
	if !said.Through[between] || digits < 2 || digits >= ShortestNumber {
		return all
	}
	rest := between + " " + all[i+2].word.Text
	all = merged(all, i, i+3, aNumber, all[i].value)
	all[i].name = rest
	return all
}
