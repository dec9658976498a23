// Package bot is how people talk to Calltab: it turns what they write and press in Teams into calls on the
// provisioning core, and what the core does into cards. It knows no HTTP and no SDK; package teams carries its turns
// and messages.
//
// Two roads lead through it. A [turns.Turn] comes in by [Bot.Handle], which runs each activity once, answers it, and
// ends with one transaction that remembers the conversation. A change of an order comes in by the Outbox that is part
// of the Bot, inside the transaction that made it, and leaves jobs there: one edits the posted cards, one for each
// person who must be told.
//
//	Handle → recall → router ─ command ─┐                    OrderChanged → job edit-card → Courier.Edit
//	                         ─ form  ───┼→ Service → view              └→ job tell → resolve → Courier.Post
//	                         ─ dataset ─┘          └→ Courier, commit
//
// There is no dialog stack: a form is shown for what the order lacks, and what a card carries is only the order's id
// and revision, so a restart, a second device or an old card needs nothing special. Nothing that a card carries is
// believed.
//
// Callers hand in turns whose token, tenant and service URL are checked, call [Bot.Register] before the job
// runner runs, and make the bot the listener of the service.
//
// The rooms below it: turns is what a turn is, talk is one being answered, numbers answers about numbers, files of them
// and locations, files gives lists as files, bulks takes orders for several people. parse reads what people write,
// resolve finds out whom and which number they mean, joint answers what one order cannot do, remark lines without one,
// concern finds orders by their people where the directory cannot, remedy sets right what stands against a person,
// sheet reads files of numbers, chats keeps where people are reached, outbox tells them, view draws orders, view/lists
// all else, card is what they draw with, text has the words, teams speaks with Microsoft.
//
//	bot.go                the Bot and what it needs
//	handle.go, router.go  one turn from its beginning to its end; what answers it
//	converse.go           messages; command.go: the commands and what answers them
//	understand.go, meant.go  lines without a command, by their reading; what is asked where they are not clear
//	form.go, button.go    buttons about an order, and the others
//	search.go             type-ahead
//	several.go            lists of orders
//	add.go, orders.go     beginning orders; listing them and taking them back
//	queries.go            questions about people and numbers, also how long phones take; mending records
//	phones.go             who has which phone
//	orderof.go            the order that a line names
//	refused.go            what one may not do
//	history.go            what happened to whom
//	diagnose.go           why a person cannot call
//	sync.go               the people of Microsoft 365
//	messages.go           messages that are stuck, and people who want none
//	own.go                people without a role: their phone, their welcome
//	share.go, old.go, unwritten.go  turns that are too many, too late, or cannot be recorded
package bot
