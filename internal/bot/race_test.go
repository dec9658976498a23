//go:build race

package bot

// refusedLines are a tenth under the race detector, where everything is about ten times slower.
const refusedLines = 1000
