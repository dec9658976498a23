package bot

import (
	"context"
	"iter"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// Service is what the conversation needs of the core; *provision.Service is it. Every error it returns is a
// *provision.Error, and each method that takes an actor decides by itself whether that person may do it.
type Service interface {
	NamedAdmins(tx provision.Tx, tenant provision.TenantID) ([]string, error)
	NamedOperators(tx provision.Tx, o provision.Order) ([]string, error)
	OperatorsAmong(ctx context.Context, o provision.Order, people []provision.UserID) ([]provision.UserID, error)
	SiteAdmins(tx provision.Tx, o provision.Order) ([]provision.UserID, error)
	NumberReportIn(tx provision.Tx, tenant provision.TenantID) (provision.NumberReport, error)
	AdminsAmong(ctx context.Context, tenant provision.TenantID, people []provision.UserID) ([]provision.UserID, error)
	Outages(tx provision.Tx, tenant provision.TenantID) ([]provision.Outage, error)
	Access(ctx context.Context, tenant provision.TenantID, user provision.UserID) (provision.Access, error)
	Admit(ctx context.Context, tenant provision.TenantID, by provision.Actor, r provision.Right) error
	OrderIn(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) (provision.Order, error)
	TurnLimit(ctx context.Context, tenant provision.TenantID, user provision.UserID) (int, error)
	Lift(ctx context.Context, tenant provision.TenantID, by provision.Actor, of provision.UserID) (time.Time, error)
	Refused(tx provision.Tx, tenant provision.TenantID, by provision.UserID, what string) error

	Begin(ctx context.Context, r provision.Request) (provision.Sheet, error)
	Answer(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int, a provision.Answer) (provision.Sheet, error)
	Save(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int, why string) (provision.Sheet, error)
	Decide(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int, b provision.Ballot) (provision.Sheet, error)
	Answered(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int, words string) (provision.Sheet, error)
	Amend(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int) (provision.Sheet, error)
	AskAgain(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int) (provision.Sheet, error)
	Unreached(ctx context.Context, tenant provision.TenantID, id provision.OrderID, who provision.UserID, why provision.Message) error
	ToApprove(ctx context.Context, tenant provision.TenantID, by provision.Actor, limit int) ([]provision.Order, error)
	Cancel(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID) (provision.Sheet, error)
	Examine(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID) (provision.Repair, error)
	Mend(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID, mark string) (provision.Repair, error)
	Withdraw(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID) (provision.Sheet, error)
	Undo(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID) (provision.Sheet, error)
	UndoLast(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID) (provision.Sheet, error)
	UndoOwnLast(ctx context.Context, tenant provision.TenantID, by provision.Actor) (provision.Sheet, error)
	Seen(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, sees bool) (provision.Sheet, error)
	Untold(ctx context.Context, tenant provision.TenantID, id provision.OrderID, why provision.Message) error

	Open(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID) (provision.Sheet, error)
	Sheet(ctx context.Context, tenant provision.TenantID, id provision.OrderID) (provision.Sheet, error)
	ReadBy(ctx context.Context, s provision.Sheet, who provision.UserID) (read provision.Sheet, sees bool, err error)
	LocationIn(tx provision.Tx, tenant provision.TenantID, id provision.LocationID) (provision.Location, error)
	DraftOf(ctx context.Context, tenant provision.TenantID, user provision.UserID) (provision.Order, bool, error)
	Orders(ctx context.Context, tenant provision.TenantID, by provision.Actor, f provision.Filter) ([]provision.Order, error)
	Find(ctx context.Context, tenant provision.TenantID, by provision.Actor, q provision.Query, limit int) ([]provision.Finding, error)
	LongestName(ctx context.Context, tenant provision.TenantID, anchor string, all []string) (int, error)
	Contradict(ctx context.Context, tenant provision.TenantID, by provision.Actor, p provision.Person, n provision.E164) error
	Places(ctx context.Context, tenant provision.TenantID) ([]provision.Location, error)
	Stock(ctx context.Context, tenant provision.TenantID, by provision.Actor) ([]provision.Stock, error)
	Sync(ctx context.Context, tenant provision.TenantID, by provision.Actor) (provision.Roll, error)
	Candidates(ctx context.Context, tenant provision.TenantID, by provision.Actor, q provision.CandidateQuery) (provision.CandidatePage, error)
	ImportPeople(ctx context.Context, tenant provision.TenantID, by provision.Actor, ids []provision.UserID, to provision.LocationID) (provision.Intake, error)
	SyncNumbers(ctx context.Context, tenant provision.TenantID, by provision.Actor) (provision.NumberReport, error)
	Stage(ctx context.Context, tenant provision.TenantID, by provision.Actor, name string, numbers []provision.NewNumber) (provision.Batch, error)
	StageFile(ctx context.Context, tenant provision.TenantID, by provision.Actor, name string, file []byte) (string, error)
	StagedFile(ctx context.Context, tenant provision.TenantID, by provision.Actor, id string) (string, []byte, error)
	AddBatch(ctx context.Context, tenant provision.TenantID, by provision.Actor, id string) (provision.Batch, error)
	AddLocation(ctx context.Context, tenant provision.TenantID, by provision.Actor, l provision.Location) (provision.Location, error)
	Waive(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID, why string) error
	Unwaive(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID) error
	History(ctx context.Context, tenant provision.TenantID, by provision.Actor, about provision.Subject, before uint64, limit int) (provision.History, error)
	WhoHad(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164, from, to time.Time) (provision.Holdings, error)
	Plans(ctx context.Context, tenant provision.TenantID) ([]provision.Plan, error)
	Offer(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, digits string, limit int) ([]provision.Number, error)
	Free(ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID, digits string, limit int) ([]provision.Number, error)
	Rule(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int, r provision.Ruling, why string) (provision.Sheet, error)
	Stopped(ctx context.Context, tenant provision.TenantID, by provision.Actor, limit int) ([]provision.Order, error)
	RetryStopped(ctx context.Context, tenant provision.TenantID, by provision.Actor, limit int) (provision.Retried, error)
	FreeNow(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error
	Numbers(ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID, state provision.NumberState, after provision.E164, limit int) ([]provision.Number, error)
	AddNumbers(ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID, block []provision.E164, dry bool) (provision.Addition, error)
	Block(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error
	Unblock(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error
}

// Files reads what people drop into the chat.
type Files interface {
	// Fetch reads a file whole. Errors are *provision.Error: Denied for an address that is not Teams's, Invalid for a file that is
	// too big, Unavailable for one that does not come in time.
	Fetch(ctx context.Context, url string) ([]byte, error)
}

// Runner takes the bot's jobs; *job.Runner is it.
type Runner interface {
	provision.Queue
	Register(job.Kind)
	Retry(tx provision.Tx, kind, key string) error
	Wake(tx provision.Tx, kind, key string) error
	Failing(tx provision.Tx, kind, prefix string) iter.Seq2[string, time.Time]
	Troubles(tx provision.Tx, kind string) iter.Seq2[job.Trouble, error]
}

var _ Runner = (*job.Runner)(nil)
