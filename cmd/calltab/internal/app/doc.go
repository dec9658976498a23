// Package app is the running bot: it reads the settings, joins store, Microsoft Graph, core, runner, conversation and
// endpoint, and runs them until it is told to end. It is the one place that knows every part of production.
//
// It decides nothing about phones, people and cards; that is what the internal packages are for. It knows no command
// line and no sandbox: another cloud is other settings, and what a test puts in the place of the machine comes as
// [Seams].
//
// Callers load a [Config], which is right or names all mistakes, make an [App] of it, run it and close it. [Serve] does
// all of that. The fields of an App may be used while it runs, and are not to be changed.
//
// The files: wire.go joins the parts and serve.go runs them; config.go with config_read.go and config_secret.go are the
// settings; credential.go is the identity to Microsoft, doors.go the listeners, metrics.go what Prometheus reads,
// storewatch.go waits while the store cannot be written, restored.go has a restored store compared, idle.go waits
// for replicas to be idle, and tidy gives back memory that only the start needed. Settings stand here, and not in a
// package of their own, so that no secret among them has to be exported for the credential that needs it.
//
// With Config.SharedStore several replicas serve from one database. Jobs, turns, starts and daily work are then done by
// one at a time, and one that was paused meanwhile calls nobody and writes nothing; the waits that Microsoft, the
// connector and a carrier ask for, who is in which group, how much a person has written within a minute, and messages
// that may have arrived are known to all. Of the organisation files that they have the newest holds, a job that only a
// newer one knows is left to it, and one of them tells the gauges of what all have (replicas.go).
package app
