// Package outbox tells people what became of their orders, and keeps the cards that they have before them true. Each
// message and each edit is a durable job, left in the transaction of the change that it tells of, so that a crash, an
// outage of the connector or a person without the app loses none.
//
// It knows nothing of what people write or press; package bot, whose Bot has an [Outbox] in it, leaves replies here
// that could not go out within their turn. How a message reaches Teams is package teams's, behind [chats.Courier].
//
// Callers make the Outbox the listener of the service, call [Outbox.Register] before the job runner runs, and send the
// messages of turns by [Outbox.ForTurns], so that jobs and turns know of each other's trouble.
//
//	outbox.go       the Outbox, and what it needs
//	news.go         which change of an order is told to whom: that the phone works to requester and subscriber, a
//	                question to approvers, what has stopped to operators; the kinds of jobs
//	bulk.go         what is not told of each row of a bulk, and its approvers
//	deliver.go      a notice to one person: what it says, its delivery, and what follows where it cannot be delivered
//	resolve.go      the chat with a person, or the installation that makes one
//	edit.go         the posted cards of an order
//	channel.go      the card in a team's channel
//	reply.go        a reply that could not go out within its turn
//	late.go         what came too late, as one list for each chat
//	operators.go    which operators are told of a stopped order, and when again
//	outage.go       messages about an outage; whom they are for is package outage's
//	undelivered.go  since when messages to approvers wait, for package approve, whose time stands still
//	lanes.go        whose messages wait while the connector has trouble
//	courier.go      the way to the connector through the lanes, with remedies
//	lost.go         what nobody could be told, and what is stuck
//	writer.go       cards in a reader's language and time zone
//	prune.go        forgetting what is older than it is needed
//	check.go        reading all that is kept, for faults
package outbox
