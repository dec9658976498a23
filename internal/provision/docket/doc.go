// Package docket lists orders by how they stand and where: those that are open, with whom each waits for, and those
// that were done, failed or ended lately. It shows the orders of the locations that the reader may look at; to an
// employee their own. A page is a seek in an index, so that what it costs does not grow with the orders of years. It
// changes nothing.
package docket
