// Package joint answers lines that one order cannot do, such as several wishes ("add Henry and remove Dana"), with a
// button for each that may be meant; nothing is begun by the line itself.
//
// It knows no command and no form. Callers have read the line, and have asked whether its sender may order for others.
//
//	title.go   what a reading does, as its button says it
//	wishes.go  a line taken apart into its wishes
//	which.go   which of several orders is meant for one person
//	lists.go   the lists that a line asks for
//	handover.go  a number of one person that another is to have; what only the parts of a line tell
package joint
