//go:build !race

package bot

// refusedLines are how many lines are refused.
const refusedLines = 10_000
