// Package provision is what Calltab does: it turns one wish, an [Order], into a working phone, and explains every refusal.
// It knows people, numbers, plans and orders. It knows no HTTP, no Teams, no Graph and no database: those are ports
// (ports.go, store.go), and other packages stand behind them.
//
// # The story of one order
//
// An admin writes "add dana seattle unlimited". [Service.Begin] looks Dana up in the [Directory], reads what the
// [Telephony] service says of her, and holds both against the rules ([Eligible]). With a reason against her the draft
// stands at [FormRefused] and names all reasons; else it stands at the first question without an answer (next).
//
// Each answer ([Service.Answer]) carries the revision of the card that it answers. An older one changes nothing: the
// sheet comes back as it is now. Picking a number moves it from free to held, for fifteen minutes, in the transaction that
// writes the draft. Two drafts cannot hold one number: the number's record is the only authority.
//
// [Service.Save] turns the draft's hold into the order's and queues [JobAdd]: order, number, audit link and job are one
// transaction. From here package fulfil does the work, step by step, through the job runner:
//
//	draft ── save ──▶ pending ──▶ approved ──▶ running ──▶ waiting ──▶ done
//	  │                  │                        │            │   ◀── "I can't see it"
//	  ├─▶ cancelled, expired, rejected            ├─▶ failed   └─▶ parked
//	  │   (number free again)                     │   (everything undone)
//
// Pending is for orders that need somebody's word ([ApprovalRule], [Consent]); without a rule only what employees ask for does.
// [Service.Decide] takes it, once, and never from the requester. [Service.Amend] makes a draft of it again.
//
// "Accepted" by Microsoft is not "works". The order waits, and [Readiness] is worked out again and again from what
// Microsoft shows, until every condition is met. Four hours make it late, twenty-four escalate it, and each tells people.
//
// That is the story of an [Add]. A phone that is there can be changed, moved and taken back by the other kinds of orders
// (kind.go): each asks less, has steps of its own, and keeps in Order.Had what to give back if it fails. What is taken back
// cools down before somebody else may have it. A parked order waits for a person's [Ruling].
//
// A done order can be taken back ([Service.Undo]), by an order of the kind that leads back: what Order.Had kept is its wish, its
// number may come out of its rest, and it takes the same way from the review on. Order.Undoes and Order.UndoneBy join the two.
//
// A person has one phone, and one order at a time works on it: [Service.Write] refuses a second live one, and an order that was
// overtaken ([Service.Overtaken]) neither wakes nor touches the phone of the newer one. An order that waits for Microsoft's side
// can be taken back in place ([Service.Withdraw]). Where Microsoft and the records differ although no order is at work, operators
// set the records by what Microsoft shows ([Service.Examine], [Service.Mend]).
//
// The [Carrier] is told of a line before Microsoft gives it and after Microsoft took it back, by the step tell-carrier; without
// one to tell, a [Ledger] keeps the lines.
//
// Every change of an order goes through [Service.Write]: a new revision, its indexes, a link of the tenant's audit chain,
// and the news to the [Listener], which queues the messages, all in the transaction of the change. A process that dies
// anywhere leaves either the whole change or none, and the jobs say what is still to do.
//
// # Everybody else
//
// [Service.Sync] reads the people of a tenant into a roster, through [Census] and the job JobSync, a page at a time: first what
// the telephone service knows, then the directory, from the second round on only what has changed. Each person is judged
// ([Candidate]) when anything that decides changes, so that [Service.Candidates] lists by name, site and search text with a seek.
// [Service.ImportPeople] reads whoever was chosen once more and makes them subscribers without a number.
//
// # Names and licences
//
// People are found by names as people say them ([NameQuery]): word by word, without accents and signs. The longest name that the
// directory knows wins over a location or plan ([Service.LongestName]); what takes something away needs whole words. What a licence
// means is data (licences.json), to which a tenant's organisation file adds for that tenant ([Licence]). Only a primary number is a
// person's own; others stand beside it ([Beside]).
//
// # Who may what
//
// Each use case checks by itself what its actor may do and where ([Access], [Role], [Right]): what the configuration and the tenant's
// [Charter] give to people and groups. Somebody without a role asks as an employee, for themselves or their team. A refusal names
// nobody, and is audited.
//
// # The trail
//
// Every change leaves a link of the tenant's chain ([AuditEvent]), with what became of which number: [Replay] makes the inventory of
// any moment of it, [Service.Verify] and [VerifyExport] check it, [Service.History] and [Service.WhoHad] read it for people.
// Its beginning can be moved to a file, an archive, which the rest of it joins ([Service.Archive]).
//
// # Organisation as code
//
// Package orgfile, which imports this one, holds an organisation file against the [Inventory] and has
// [Service.ChangeInventory] make it so: location, plan, charter and number together with their link of the trail, and never
// a number that an order has.
//
// # Rules
//
// This package imports the standard library only, and none of the packages below it. job knows nothing of phones and imports
// nothing of ours; fulfil imports these two; the stores and graph stand behind the ports and are named only where the program
// is wired. Times come from Config.Now. A function given to Store.Update may run more than once, so it computes everything from
// what it reads in its transaction and has no effect outside it.
package provision
