// Package stage is the sandbox on a stage: the offline cloud of internal/sandbox with the bot running on it, wired as
// in production, and the ways to play on it: scripts and the tour, a chat in the terminal, and Microsoft's Agents
// Playground. It is the only importer of internal/sandbox.
//
// It is no second wiring. The bot is that of package app, started with settings that name the cloud, as an operator
// would name Microsoft; what may differ is [app.Seams]. It decides nothing that a person reads.
//
// Callers of [Start] close the stage. Business time moves only when it is told to: a stage on which nobody advances
// stands still, and no test has to sleep.
//
// The files: stage.go starts, halts and advances; sandbox.go is the command. script.go plays scripts, of which each
// script_ file has commands of a kind; narrator.go shows what everybody sees; converse.go with dropped.go is the chat
// in the terminal, and the playground files serve the Playground's pages.
package stage
