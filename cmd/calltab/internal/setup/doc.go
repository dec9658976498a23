// Package setup prepares an installation: it asks a few questions, or takes their answers as flags, and writes the
// settings, an organisation file to begin with, and a guide with the commands for this tenant and what is left for a
// person to do. It sends nothing but the question which tenant a domain belongs to.
//
// Nothing is written before everything is known, each file is whole or not there, and none is replaced unasked.
//
//	setup.go    the round: what is asked, and what comes of it
//	console.go  questions and answers: in a terminal asked again, without one all that is wrong or missing at once
//	tenant.go   the answers about the tenant, the bot and its admins
//	site.go     the answers about sites and plans
//	review.go   what was answered, shown to a person and asked again before anything is written
//	files.go    the files, and how their texts are made
//	guide.md.tmpl  the guide
package setup
