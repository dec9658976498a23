//go:build !race

package provision_test

const (
	byteStride = 1  // every byte of an export
	replays    = 20 // stories whose inventory is worked out from the trail
)
