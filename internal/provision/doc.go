// Package provision is the vocabulary of what Calltab does: it turns one wish, an [Order], into a working phone, and
// explains every refusal. Here are people, numbers, plans, orders and the rules that need nothing but them. What does
// something has a room below, named for what it does. Nothing here knows HTTP, Teams, Graph or a database: those are
// ports (ports.go, store.go), and other packages stand behind them.
//
// # The rooms
//
// Each has a [Config] of ports and works in its caller's transaction. It may use the rooms that stand before it in this
// list, and no other:
//
//	names      compares names as people type them with names as the directory keeps them
//	record     how records are kept: tables, codec, one record read or written
//	audit      the trail: append, verify, find, export, archive
//	access     who may do what, and where; a refusal is put on the trail here
//	stock      locations, plans and numbers: hold, release, block, suggest; the carrier; low stock
//	span       how long phones took to be ready, by location
//	roster     everybody of a tenant, read page by page and judged; licences
//	people     one person, looked at and held against the rules; waivers; subscribers; changes of an organisation file
//	rows       the rows of such a list, as records that follow their orders
//	order      reading and writing orders, and what a requester may do for whom
//	docket     lists of orders by how they stand and where
//	outage     calls that succeed for nobody, and the orders that wait for them
//	limits     how much one person may use up of what all share
//	lookup     answers to questions: who a person is, what they have, whom a line means; people imported from a list
//	approve    whom an order needs an approval from, their decisions, reminders, handing on
//	draft      the form: begun, answered, saved, amended
//	bulk       orders for several people from one list: checked, then run
//	observe    person, voice and assignment read together; who holds a number
//	result     what becomes of an order at work: assigned, done, failed, parked, resolved; a number's cooling period
//	undo       orders taken back; the buttons that a reader of an order gets
//	repair     records set by what Microsoft shows
//	diagnose   why a person cannot call, and since when
//	history    the trail, read for people
//	reconcile  the stock held against Microsoft's numbers; a store from a backup brought in line
//	integrity  the check of a whole store
//	core       joins them all
//
// Beside them: routes (whether calls get out over plans' policies), rehearsal (orders that only try a tenant out),
// orgfile (organisation as code), job (durable steps; knows nothing of phones), fulfil (the steps that make a phone
// work and undo them), fading (policies that show late), dialplan, lease, fence, pauses and programs (what programs on
// one store owe each other), and behind the ports graph, boltstore and webhook. Who is told of what, outbox says.
//
// # The files here
//
//	order.go kind.go request.go      an order, its kinds and their steps, and what a form asks
//	order_reach.go order_undo.go     what an order's people may do with it; what taking it back leads to
//	approval.go                      approvals: rules, votes, whose turn it is
//	halt.go observation.go sheet.go  parked orders and outages; what Microsoft showed of an order; what a card shows
//	number.go location.go            numbers, locations, plans, and files of numbers
//	person.go voice.go licence.go    a person, their telephone service, what licences mean
//	eligibility.go readiness.go      the rules that can stand against a person; the conditions of a working phone
//	access.go audit.go sync.go       roles, rights and access policy; events of the trail; readings and their reports
//	ports.go store.go service.go     what stands outside; what every room is given; limits and kinds of jobs
//	errors.go id.go clock.go         errors and messages; ids; times that were ahead; visible.go: text made harmless
//
// # The story of one order
//
// An admin writes "add dana seattle unlimited". [draft.Service.Begin] looks Dana up in the [Directory], reads what the
// [Telephony] service says of her, and holds both against the rules ([Eligible]). With a reason against her the draft
// stands at [FormRefused] and names all reasons; else it stands at the first question without an answer.
//
// Each answer ([draft.Service.Answer]) carries the revision of the card that it answers. An older one changes nothing:
// the sheet comes back as it is now. Picking a number moves it from free to held, for fifteen minutes, in the
// transaction that writes the draft. Two drafts cannot hold one number: the number's record is the only authority.
//
// [draft.Service.Save] turns the draft's hold into the order's and, unless it needs an approval, queues [JobAdd]:
// order, number, event and job are one transaction. From here package fulfil does the work, step by step, through the
// job runner:
//
//	draft ── save ──▶ pending ──▶ approved ──▶ running ──▶ waiting ──▶ done
//	  │                  │                        │            │   ◀── "I can't see it"
//	  ├─▶ cancelled, expired, rejected            ├─▶ failed   └─▶ parked
//	  │   (number free again)                     │   (everything undone)
//
// Pending is for orders that need an approval ([ApprovalRule], [Approval]); where the tenant has no rule, only what
// employees ask for needs one, from their manager. [approve.Service.Decide] takes each approver's decision, once, and
// never the requester's. [draft.Service.Amend] makes a draft of it again.
//
// "Accepted" by Microsoft is not "works". The order waits, and [people.Service.Readiness] is worked out again and again
// from what Microsoft shows, until every condition is met. Four hours make it late, twenty-four escalate it, and each
// tells the requester, the subscriber and, at last, the operators. The messages are package outbox's, below package
// bot. It is the [Listener], and also tells requester and subscriber that the phone works.
//
// That is the story of an [Add]. A phone that is there can be changed, moved and taken back by the other kinds of
// orders (kind.go): each asks less, has steps of its own, and keeps in Order.Had what to give back if it fails. A
// number that was taken back cools down before another person may have it, for the days that its location says: the
// step cool-number begins the cooling period, and [result.Service.EndCooling] ends it, called by the job [JobCool]. A
// parked order waits for an operator's [Resolution].
//
// A done order can be taken back ([undo.Service.Undo]), by an order of the kind that leads back: what Order.Had kept is
// its wish, its number may come out of its cooling period, and from its review card on it is an order like any other.
// Order.Undoes and Order.UndoneBy join the two.
//
// A person has one phone, and one order at a time works on it: [order.Service.Write] refuses a second live one, and an
// order that was overtaken ([order.Service.Overtaken]) neither wakes nor touches the phone of the newer one. An order
// that waits for Microsoft's side can be taken back in place ([undo.Service.Withdraw]). Where Microsoft and the records
// differ although no order is at work, operators set the records by what Microsoft shows ([repair.Service.Examine],
// [repair.Service.Mend]).
//
// The [Carrier] is told of a line before Microsoft gives it and after Microsoft took it back, by the step tell-carrier;
// without one to tell, a [stock.Ledger] keeps the lines.
//
// Every change of an order goes through [order.Service.Write]: a new revision, its indexes, an event of the tenant's
// trail, and the news to the [Listener], which queues the messages, all in the transaction of the change. A process
// that dies anywhere leaves either the whole change or none, and the jobs say what is still to do.
//
// # Everybody else
//
// [roster.Service.Sync] reads the people of a tenant into a roster, through [BulkReader] and the job JobSync, a page
// at a time: first what the telephone service knows, then the directory, from the second round on only what has
// changed. Each person is judged ([Candidate]) when anything that decides changes, so that [roster.Service.Candidates]
// lists by name, site and search text with a seek. [lookup.Service.ImportPeople] reads the chosen people once more and
// makes them subscribers without a number.
//
// # Names and licences
//
// People are found by names as people say them ([names.Query]): word by word, without accents and signs. The longest
// name that the directory knows wins over a location or plan ([lookup.Service.LongestName]); what takes something away
// needs whole words. What a licence means is data (licences.json), to which a tenant's organisation file adds for that
// tenant ([Licence]). Only a primary number is a person's own; others stand beside it ([Beside]).
//
// # Who may what
//
// Each use case checks by itself what its actor may do and where ([Access], [Role], [Right]): what the configuration
// and the tenant's [AccessPolicy] give to people and groups. An admin may do everything; an operator orders, and
// decides stopped orders; an auditor reads everything and changes nothing; an employee asks for a phone for themselves
// or their team, which needs an approval. Roles can be for some locations alone. A refusal names nobody, and is put on
// the trail.
//
// # The trail
//
// Every change leaves an event of the tenant's chain ([AuditEvent]), with what became of which number: [audit.Replay]
// makes the inventory of any moment of it, [audit.Service.Verify] and [audit.VerifyExport] check it,
// [history.Service.History] and [history.Service.WhoHad] read it for people. Its beginning can be moved to a file, an
// archive, which the rest of it joins ([audit.Service.Archive]).
//
// # Organisation as code
//
// Package orgfile holds an organisation file against the [stock.Inventory] and has [people.Service.ChangeInventory]
// make it so: location, plan, access policy and number together with their event of the trail, and never a number that
// an order has.
//
// # Rules
//
// This package imports the standard library only, and none of the packages below it. What a room exports keeps the
// invariants by itself; no room writes another's records. Times come from Config.Now. A function given to Store.Update
// may run more than once, so it computes everything from what it reads in its transaction and has no effect outside it.
package provision
