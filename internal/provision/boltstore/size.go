package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
)

// bbolt maps the file and trusts its two meta pages: where the file is shorter than they say, reading what is missing
// ends the process with a signal. So its length is checked before bbolt sees it. The layout is bbolt's
// (internal/common/page.go and meta.go of v1.5.0), and has not changed since its version 2.
const (
	metaAt       = 16 // after the page's header
	metaSize     = 64 // its last eight bytes are the checksum
	metaMagic    = 0xED0CDAED
	metaVersion  = 2
	smallestPage = 1 << 10
	largestPage  = 16 << 20
)

// checkLength refuses a file that is shorter than the pages in use. A file that is missing, empty or
// not bbolt's is for bbolt.
func checkLength(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	if info.Size() < 2*smallestPage {
		return fmt.Errorf("it has only %d bytes, so it is not a whole store; restore it from a backup", info.Size())
	}
	used, err := usedBytes(f)
	if err != nil {
		return err
	}
	if info.Size() < used {
		return fmt.Errorf("it is cut off: it has %d bytes, and its pages need %d; restore it from a backup",
			info.Size(), used)
	}
	return nil
}

// usedBytes is how long a file must be by its newest valid meta page; 0 where it has none.
func usedBytes(f io.ReaderAt) (int64, error) {
	var used, newest uint64
	for at := int64(0); at <= largestPage; at = max(smallestPage, 2*at) { // the second one is a page after the first
		m, err := readMeta(f, at)
		if err != nil {
			return 0, err
		}
		if m.ok && m.tx >= newest {
			newest, used = m.tx, m.pages*m.pageSize
		}
	}
	return int64(used), nil
}

// meta is what a meta page says.
type meta struct {
	ok                  bool
	pageSize, pages, tx uint64
}

// readMeta reads the meta page that begins at an offset, if there is one.
func readMeta(f io.ReaderAt, at int64) (meta, error) {
	buf := make([]byte, metaSize)
	if _, err := f.ReadAt(buf, at+metaAt); err != nil {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return meta{}, err
	}
	order := binary.NativeEndian
	sum := fnv.New64a()
	_, _ = sum.Write(buf[:metaSize-8]) // it never fails
	if order.Uint32(buf) != metaMagic || order.Uint32(buf[4:]) != metaVersion ||
		order.Uint64(buf[metaSize-8:]) != sum.Sum64() {
		return meta{}, nil
	}
	return meta{ok: true, pageSize: uint64(order.Uint32(buf[8:])), pages: order.Uint64(buf[40:]),
		tx: order.Uint64(buf[48:])}, nil
}
