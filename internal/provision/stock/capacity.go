package stock

// fewKeys is how many keys of records one transaction of any store may change, beside some counters and its event of
// the trail: stores that others run allow about a hundred and thirty in all.
const fewKeys = 110

// MostKeys is how many keys of records one transaction on a store should change at most, where much is written: what
// the store says itself by a method MostKeys, else 110. Other writers wait for as long as such a transaction takes.
func MostKeys(store any) int {
	roomy, says := store.(interface{ MostKeys() int })
	if !says {
		return fewKeys
	}
	return max(roomy.MostKeys(), fewKeys)
}
