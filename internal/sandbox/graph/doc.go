// Package graph imitates the part of Microsoft Graph v1.0 that a phone bot needs: people
// and groups of the directory, the installation of the bot's app, and Teams phone
// administration (numbers, operations, user configurations, policies).
//
// It is made unpleasant on purpose, as the service is: effects become visible late and
// on each surface at its own time, operations take some polls, lists come in pages,
// permissions are checked, limits are kept, and some error texts are false. All of that
// happens in business time and repeats with the seed. Nothing is random.
//
// It knows nothing of the bot. Property names and enum values are those of Microsoft's
// metadata document (https://graph.microsoft.com/v1.0/$metadata); where neither that nor
// the documentation says what happens, the comment says that the behaviour is assumed.
//
// The layers, from the wire inwards:
//
//	server.go route.go    token, permission, limits, path forms, gzip
//	odata.go filter.go    query options
//	people.go delta.go    the directory
//	apps.go               installed apps
//	number.go assign.go   numbers and what is done to them
//	operation.go voice.go policy.go
//	snapshot.go           snapshots of the tenant's voice routing
//	state.go timeline.go  what is so, and what is already shown
//	control.go            what tests may do and read
//
// Callers mount Handler at the root of an https host; it serves everything below /v1.0.
// Tests change the world only through the methods in control.go.
package graph
