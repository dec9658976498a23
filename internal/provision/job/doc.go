// Package job runs work that must survive the process: named steps whose progress is committed to a store
// together with whatever the step has to record, so that a crash at any moment means "go on at the step that was
// begun" and nothing else.
//
// A job is one run of a [Kind], known by kind and key. [Runner.Add] puts it into the caller's own transaction; the
// runner then takes its steps one by one:
//
//	nil            the step is done, the next one follows
//	Wait(d)        look again later; no attempt is used
//	Weather(err)   an outage: try again with growing pauses, for ever; no attempt is used
//	Stop(err)      permanent: undo this step and every done one, backwards
//	any other      try again with growing pauses; when the attempts are used up the job is parked for a person
//
// A job that has ended is deleted, in the transaction that also calls [Kind.Ended]: its outcome belongs to the caller
// who added it. A parked one stays until an operator says [Runner.Retry], [Runner.Undo] or [Runner.Accept]. Nothing is
// dropped.
//
//	kind.go                  a kind, its steps and attempts (DefaultAttempts); what a step says by its error
//	add.go                   jobs added, moved up and woken
//	runner.go look.go        the runner; what is due next
//	work.go                  one step run
//	slot.go                  how many jobs of a kind all runners together have in hand
//	claim.go                 which of several runners has a job in hand, and until when
//	left.go                  jobs of a program of another version
//	verdict.go               what its result means; the pauses after failures and in outages, for all kinds
//	run.go                   what a step may do with its job
//	settle.go                the result recorded, until the store takes it
//	weather.go               outages: how long they were, and what they take out of time limits
//	clock.go                 a clock that was ahead
//	operator.go              parked jobs, and what operators do with them
//	record.go store.go       a job as it is stored; the store that notices added jobs
//	check.go                 all stored jobs read, for faults
//
// What callers owe:
//
//   - Steps look, then act. A step may run twice (a crash between its work and its commit), and so may its Undo, which
//     may also run when Do never did. Undo itself must treat "nothing there" as done.
//   - Functions handed to Commit, Checkpoint and Ended are pure: a store may run them more than once.
//   - All callers write through [Runner.Store], which notices a committed Add and wakes the runner. A job that was
//     added another way is found within half a minute. After a jump of an injected clock call [Runner.Kick].
//   - Names of kinds and steps are persisted and never change. A stored job that this program does not know is parked,
//     or left to a program that may know it, as long as there is one (Options.Unlike). A kind's new step between older
//     ones is passed by where a program that does not know it is first: what must not be left out needs a kind of its
//     own.
//
// While the store takes no commits nothing is done twice: the result of a step that has run stays in hand until it is
// recorded, and only a restart before that runs the step again. A clock that was ahead puts nothing off: when it is set
// right, jobs are due as long after now as their steps asked for.
//
// Several runners, in one process or in several, may share a store (Options.Shared): a job is claimed in its record
// then, for a time that is renewed while its step is in hand. A runner that dies leaves its jobs to the others when
// that time is over; one that was only stopped finds that its claim has ended, calls nobody any more, and can write
// nothing through [Runner.Store] with its step's context, nor record what it did.
//
// What this is not: it is not a scheduler of recurring work (a step that returns Wait for ever is one), and it knows
// nothing of phones.
package job
