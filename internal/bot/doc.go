// Package bot is how people talk to Calltab: it turns what they write and press in Teams into calls on the provisioning
// core, and what the core does into cards. It knows no HTTP and no SDK; package teams carries its turns and messages.
//
// Two roads lead through it. A [Turn] comes in by [Bot.Handle], which runs each activity once, answers it, and ends with
// one transaction that remembers the conversation. A change of an order comes in by [Bot.OrderChanged], inside the
// transaction that made it, and leaves jobs there: one edits the posted cards, one for each person who must be told.
//
//	Handle → recall → router ─ command ─┐                    OrderChanged → job edit-card → Courier.Edit
//	                         ─ form  ───┼→ Service → view              └→ job tell → resolve → Courier.Post
//	                         ─ dataset ─┘          └→ Courier, commit
//
// There is no dialog stack: a form is shown for what the order lacks, and what a card carries is only the order's id and
// revision, so a restart, a second device or an old card needs nothing special. Nothing that a card carries is believed.
//
// Callers hand in turns whose token, tenant and service URL are checked, call [Bot.Register] before the job runner runs,
// and make the bot the listener of the service.
package bot
