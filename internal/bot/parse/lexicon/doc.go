// Package lexicon is what package parse reads lines by: a line as words, the words that mean something, and how near
// two words are. Which words there are is data, a file a language.
//
// It knows nothing of what a line may mean: its sets are named for the words in them, and parse says what they tell.
package lexicon
