//go:build !race

package admin

const killStride = 1 // every commit
