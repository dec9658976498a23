package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
)

// The pages of a bbolt file, read without bbolt: on a damaged file it panics, reads beyond the end of its map
// or never returns. The format is that of bbolt's internal/common (page.go, meta.go, bucket.go); numbers are in
// the machine's byte order.
const (
	pageHeader   = 16 // id, flags, count, overflow
	metaLength   = 64
	elementSize  = 16 // of a branch or a leaf
	bucketHeader = 16 // root page, sequence

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagFreelist = 0x10
	flagBucket   = 0x01 // of an element of a leaf

	magic       = 0xED0CDAED
	version     = 2
	noFreelist  = ^uint64(0)
	manyEntries = 0xFFFF // the count of a freelist that is too long for the field: the first entry has it
)

var order = binary.NativeEndian

// head is a meta page: where everything else is, as of one transaction.
type head struct {
	pageSize             int64
	root, freelist, high uint64 // high: the first page that was never used
	tx                   uint64
}

// readHead reads a meta page; ok is false for one that is damaged.
func readHead(page []byte) (h head, ok bool) {
	if len(page) < pageHeader+metaLength {
		return h, false
	}
	m := page[pageHeader : pageHeader+metaLength]
	sum := fnv.New64a()
	_, _ = sum.Write(m[:56])
	ok = order.Uint32(m) == magic && order.Uint32(m[4:]) == version && order.Uint64(m[56:]) == sum.Sum64()
	return head{
		pageSize: int64(order.Uint32(m[8:])), root: order.Uint64(m[16:]), freelist: order.Uint64(m[32:]),
		high: order.Uint64(m[40:]), tx: order.Uint64(m[48:]),
	}, ok
}

// heads reads both meta pages. bbolt writes them in turns and takes the newer one that is whole.
func heads(r io.ReaderAt) (h head, trouble string, err error) {
	first := make([]byte, pageHeader+metaLength)
	if _, err := r.ReadAt(first, 0); err != nil {
		return h, "", fmt.Errorf("it is no store: it is shorter than one page")
	}
	one, whole := readHead(first)
	if !whole {
		for size := int64(1 << 10); size <= 1<<16; size <<= 1 {
			if two, ok := headAt(r, size); ok {
				return two, "page 0: its head is damaged; the other head may be one transaction older", nil
			}
		}
		return h, "", errors.New("it is no store, or both of its heads are damaged")
	}
	two, ok := headAt(r, one.pageSize)
	switch {
	case !ok:
		return one, "page 1: its head is damaged; the other head may be one transaction older", nil
	case one.tx+1 != two.tx && two.tx+1 != one.tx:
		trouble = "pages 0 and 1: the two heads do not follow one another: one of them is old"
	}
	if two.tx > one.tx {
		one = two
	}
	return one, trouble, nil
}

func headAt(r io.ReaderAt, size int64) (head, bool) {
	page := make([]byte, pageHeader+metaLength)
	if _, err := r.ReadAt(page, size); err != nil {
		return head{}, false
	}
	h, ok := readHead(page)
	return h, ok && h.pageSize == size
}

// walk reads every page that a head leads to, and says in a line each what is wrong.
type walk struct {
	head
	file io.ReaderAt
	used []bool
	tell func(string)
	bad  int

	// A large store has very many pages, so that what one was read into is used for the next.
	spare [][]byte // each of one page
	keys  [][]byte // of the leaf that is being looked at
}

// readPages checks the pages under a head. It reports whether bbolt can be let near them.
func readPages(file io.ReaderAt, size int64, h head, tell func(string)) bool {
	if h.pageSize < 1<<9 || int64(h.high) > size/h.pageSize {
		tell(fmt.Sprintf("the file has %d bytes, and its head speaks of %d pages of %d: its end is missing", size,
			h.high, h.pageSize))
		return false
	}
	w := &walk{head: h, file: file, used: make([]bool, h.high), tell: tell}
	w.used[0], w.used[1] = true, true
	w.page(h.root, "", nil, nil)
	if w.bad == 0 { // what a damaged page led to would seem to be lost
		w.unused()
	}
	return w.bad == 0
}

func (w *walk) wrong(page uint64, table, format string, args ...any) {
	w.bad++
	where := fmt.Sprintf("page %d", page)
	if table != "" {
		where += fmt.Sprintf(" of table %q", table)
	}
	w.tell(where + ": " + fmt.Sprintf(format, args...))
}

// take reads a page with what overflows it, once.
func (w *walk) take(id uint64, table string) []byte {
	if id < 2 || id >= w.high {
		w.wrong(id, table, "the file has no such page")
		return nil
	}
	page := w.room()
	if _, err := w.file.ReadAt(page, int64(id)*w.pageSize); err != nil {
		w.wrong(id, table, "it cannot be read: %v", err)
		return nil
	}
	pages := uint64(order.Uint32(page[12:])) + 1
	if order.Uint64(page) != id || pages > w.high-id {
		w.wrong(id, table, "it is damaged: its first bytes are not those of a page")
		return nil
	}
	for i := id; i < id+pages; i++ {
		if w.used[i] {
			w.wrong(i, table, "it is used twice")
			return nil
		}
		w.used[i] = true
	}
	if pages == 1 {
		return page
	}
	w.done(page)
	page = make([]byte, int64(pages)*w.pageSize)
	if _, err := w.file.ReadAt(page, int64(id)*w.pageSize); err != nil {
		w.wrong(id, table, "it cannot be read: %v", err)
		return nil
	}
	return page
}

// room is a place to read a page into.
func (w *walk) room() []byte {
	last := len(w.spare) - 1
	if last < 0 {
		return make([]byte, w.pageSize)
	}
	page := w.spare[last]
	w.spare = w.spare[:last]
	return page
}

// done lets the next page be read into the place of one that nothing refers to any more.
func (w *walk) done(page []byte) {
	if int64(len(page)) == w.pageSize {
		w.spare = append(w.spare, page)
	}
}

// page checks a page of a table whose keys are from low on and below high, where these are given.
func (w *walk) page(id uint64, table string, low, high []byte) {
	page := w.take(id, table)
	if page == nil {
		return
	}
	defer w.done(page)
	switch order.Uint16(page[8:]) {
	case flagLeaf:
		w.leaf(id, page, table, low, high)
	case flagBranch:
		w.branch(id, page, table, low, high)
	default:
		w.wrong(id, table, "it is damaged: it is neither a leaf nor a branch")
	}
}

func (w *walk) branch(id uint64, page []byte, table string, low, high []byte) {
	count := int(order.Uint16(page[10:]))
	if count == 0 || pageHeader+count*elementSize > len(page) {
		w.wrong(id, table, "it is damaged: %d branches do not fit", count)
		return
	}
	keys, children := make([][]byte, count), make([]uint64, count)
	for i := range count {
		at := pageHeader + i*elementSize
		key, _, ok := element(page, at, order.Uint32(page[at:]), order.Uint32(page[at+4:]), 0)
		if !ok {
			w.wrong(id, table, "it is damaged: a key lies outside of it")
			return
		}
		keys[i], children[i] = key, order.Uint64(page[at+8:])
	}
	if !w.ordered(id, keys, table, low, high) {
		return
	}
	for i, child := range children {
		end := high
		if i+1 < count {
			end = keys[i+1]
		}
		w.page(child, table, keys[i], end)
	}
}

func (w *walk) leaf(id uint64, page []byte, table string, low, high []byte) {
	count := int(order.Uint16(page[10:]))
	if pageHeader+count*elementSize > len(page) {
		w.wrong(id, table, "it is damaged: %d records do not fit", count)
		return
	}
	keys := w.keys[:0]
	if table == "" { // the tables' own leaves are looked at meanwhile
		keys = nil
	}
	for i := range count {
		at := pageHeader + i*elementSize
		key, value, ok := element(page, at, order.Uint32(page[at+4:]), order.Uint32(page[at+8:]),
			order.Uint32(page[at+12:]))
		flags := order.Uint32(page[at:])
		if !ok || flags > flagBucket || (flags == flagBucket) != (table == "") {
			w.wrong(id, table, "it is damaged: a record of it is none")
			return
		}
		keys = append(keys, key)
		if flags == flagBucket {
			w.bucket(id, value, string(key))
		}
	}
	w.ordered(id, keys, table, low, high)
	if table != "" {
		w.keys = keys
	}
}

// bucket follows a table to its pages, or into the page that holds it where it is small.
func (w *walk) bucket(id uint64, value []byte, table string) {
	if len(value) < bucketHeader {
		w.wrong(id, table, "it is damaged: the table has no beginning")
		return
	}
	if root := order.Uint64(value); root != 0 {
		w.page(root, table, nil, nil)
		return
	}
	inline := value[bucketHeader:]
	if len(inline) < pageHeader || order.Uint16(inline[8:]) != flagLeaf {
		w.wrong(id, table, "it is damaged: the small table in it is none")
		return
	}
	w.leaf(id, inline, table, nil, nil)
}

// element is the key and value of an element at a place of a page; ok is false where they lie outside.
func element(page []byte, at int, pos, ksize, vsize uint32) (key, value []byte, ok bool) {
	begin := int64(at) + int64(pos)
	middle := begin + int64(ksize)
	end := middle + int64(vsize)
	if ksize == 0 || end > int64(len(page)) || begin < pageHeader {
		return nil, nil, false
	}
	return page[begin:middle], page[middle:end], true
}

func (w *walk) ordered(id uint64, keys [][]byte, table string, low, high []byte) bool {
	for i, k := range keys {
		if i > 0 && bytes.Compare(keys[i-1], k) >= 0 || i == 0 && bytes.Compare(k, low) < 0 ||
			high != nil && bytes.Compare(k, high) >= 0 {
			w.wrong(id, table, "it is damaged, or of another place: its keys are not in order")
			return false
		}
	}
	return true
}

// unused compares the list of free pages with those in use: every page is one or the other.
func (w *walk) unused() {
	if w.freelist == noFreelist {
		return
	}
	page := w.take(w.freelist, "")
	if page == nil {
		return
	}
	entries, count := page[pageHeader:], uint64(order.Uint16(page[10:]))
	if count == manyEntries {
		count, entries = order.Uint64(entries), entries[8:]
	}
	if order.Uint16(page[8:]) != flagFreelist || count > uint64(len(entries)/8) {
		w.wrong(w.freelist, "", "it is damaged: the list of free pages is none")
		return
	}
	for i := range count {
		id := order.Uint64(entries[i*8:])
		if id < 2 || id >= w.high || w.used[id] {
			w.wrong(w.freelist, "", "the list of free pages is damaged: page %d is not free", id)
			return
		}
		w.used[id] = true
	}
	if lost := slices.Index(w.used, false); lost >= 0 {
		w.wrong(uint64(lost), "", "it is neither used nor free")
	}
}
