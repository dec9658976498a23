package provision

import (
	"context"
	"time"
)

// Carrier is what carries the calls: a carrier, or the SBC in between. It is told of every line before Microsoft gives
// the number to a person, and after Microsoft took it back.
type Carrier interface {
	// Tell tells of one line. The same notice, by its ID, may come again, also while the first one is under way: it has
	// one effect, and gets the same receipt. Errors as for Directory; Invalid, Conflict and NotFound are a refusal,
	// which no repetition changes, and Denied means that the carrier does not believe that it is Calltab who tells.
	Tell(ctx context.Context, n Notice) (Receipt, error)
}

// LineEvent is what happens to a line. The events go over the wire: never rename one.
type LineEvent string

// The events of a line.
const (
	LineActivate LineEvent = "activate" // a person has the number from now on, with this plan and location
	LineChange   LineEvent = "change"   // … has another plan
	// … nobody has it any more; of no effect where the carrier knows it as another person's
	LineRelease LineEvent = "release"
)

// Line is a number that is in use, as the carrier knows it.
type Line struct {
	Number   E164       `json:"number"`
	User     UserID     `json:"user"`
	UPN      string     `json:"upn,omitempty"`
	Name     string     `json:"name,omitempty"`
	Location LocationID `json:"location"`
	Plan     PlanID     `json:"plan,omitempty"`
	// the one that it was last told for; empty: a phone that was there before Calltab
	Order OrderID `json:"order"`
}

// Notice is what a carrier is told of a line.
type Notice struct {
	ID     string // the same in every repetition, and of no other notice: letters, digits and dashes
	Tenant TenantID
	Event  LineEvent
	Line
	Replaces E164     // activate: the number that the person had until now, which is released later
	Site     Location // the records that the line names, as they are now; zero where there is none any more
	Offer    Plan
}

// Receipt is what a carrier answers.
type Receipt struct {
	// Link leads the person, once, to a login that the carrier keeps for them; mostly empty. It is handed on to them
	// and to nobody else, and kept no longer than that takes.
	Link string
}

// Directory reads people of a tenant. All methods may be called concurrently and return *Error: NotFound, Denied
// (Calltab lacks a permission: Code names it), Throttled, Unavailable.
type Directory interface {
	// Person finds one user by object id or user principal name, exactly.
	Person(ctx context.Context, tenant TenantID, idOrUPN string) (Person, error)
	// Search finds at most limit users whom a name can mean, as NameQuery matches them, the best first; or those with a
	// mail address, where the text has an @. A single best one is as full and as fresh as Person has it.
	Search(ctx context.Context, tenant TenantID, text string, limit int) ([]Person, error)
	// Manager returns the person's manager; NotFound where the directory names none, or something that is no person.
	Manager(ctx context.Context, tenant TenantID, user UserID) (Person, error)
	// Away reports whether the person's automatic replies are on at a time. Where Calltab may not know, nobody is away.
	Away(ctx context.Context, tenant TenantID, user UserID, at time.Time) (bool, error)
	// MemberOf returns those of groups that the user belongs to, directly or not. Any number of groups.
	MemberOf(ctx context.Context, tenant TenantID, user UserID, groups []string) ([]string, error)
}

// Telephony reads and changes Microsoft's telephone service. It never retries: the job runner owns every retry. Errors
// as for Directory, and Conflict or Invalid where the service refuses; none of their texts may be believed, so callers
// decide by reading the state again.
type Telephony interface {
	// Voice returns a Voice with Found false, and no error, for a person whom the service does not know.
	Voice(ctx context.Context, tenant TenantID, user UserID) (Voice, error)
	// Assignment returns an Assignment with Found false, and no error, for a number that is not listed.
	Assignment(ctx context.Context, tenant TenantID, number E164) (Assignment, error)
	// AssignNumber starts giving a Direct Routing number to a person. An Operation without ID means accepted, but the
	// service named no operation to watch.
	AssignNumber(ctx context.Context, tenant TenantID, number E164, user UserID, emergencyLocation string) (Operation,
		error)
	// UnassignNumber starts taking the number from the account that has it: read first which that is.
	UnassignNumber(ctx context.Context, tenant TenantID, number E164) (Operation, error)
	Operation(ctx context.Context, tenant TenantID, id string) (Operation, error)
	// PolicyID finds a policy by its name; NotFound where there is none.
	PolicyID(ctx context.Context, tenant TenantID, policyType, name string) (string, error)
	AssignPolicy(ctx context.Context, tenant TenantID, user UserID, policyType, policyID string) error
	UnassignPolicy(ctx context.Context, tenant TenantID, user UserID, policyType string) error
}

// BulkReader reads everybody of a tenant, a page at a time and never all at once. from is "" for the first page, and
// after that the page's Next, which is opaque and may be kept. A page may be empty and yet have a Next, and may repeat
// what an earlier one had. The methods may be called concurrently. Errors as for Directory, and NotFound where
// Microsoft does not know from any more: begin anew.
type BulkReader interface {
	// People reads the directory. The last page has a Mark: given as from a while later, it reads only who has changed
	// or is gone since then.
	People(ctx context.Context, tenant TenantID, from string) (PeoplePage, error)
	// Voices reads what the telephone service knows of the people: account types and numbers, nothing else.
	Voices(ctx context.Context, tenant TenantID, from string) (VoicePage, error)
	// Assignments reads the numbers that Microsoft knows, of one source (online, onPremises) or of all where it is "".
	Assignments(ctx context.Context, tenant TenantID, source, from string) (AssignmentPage, error)
}

// PeoplePage is some people of a tenant. Without a Next it is the last page.
type PeoplePage struct {
	People []Person
	Gone   []UserID // the directory does not have them any more
	Next   string
	Mark   string // of the last page only
}

// VoicePage is what the telephone service knows of some people.
type VoicePage struct {
	Voices []PersonVoice
	Next   string
}

// PersonVoice is what the telephone service knows of a person.
type PersonVoice struct {
	User UserID
	Voice
}

// AssignmentPage is some numbers that Microsoft knows.
type AssignmentPage struct {
	Assignments []Assignment
	Unreadable  int // records on the page that Microsoft cannot show
	Next        string
}

// Installer puts the Calltab app into a person's Teams.
type Installer interface {
	// Install installs the app from the organisation's catalogue, or finds it installed, and returns the id of the
	// person's chat with it. Errors as for Directory.
	Install(ctx context.Context, tenant TenantID, user UserID, catalogApp string) (chat string, err error)
}

// Queue adds work that is done after the transaction commits, even if the process dies in between. Adding work that
// is already waiting under the same kind and key wakes it.
type Queue interface {
	Add(tx Tx, kind, key string, state any, at time.Time) error
}

// Listener hears of every change of an order, of the readings of tenants and of the carrier's links, in the transaction
// that makes it: there it adds a job for each one that must be told.
type Listener interface {
	OrderChanged(tx Tx, o Order, e Event) error
	// SyncChanged hears when the reading of a tenant begins, ends or stops, but not of every page.
	SyncChanged(tx Tx, tenant TenantID, r SyncReport) error
	// NumbersCompared hears when a round of holding the inventory against Microsoft's ends or stops.
	NumbersCompared(tx Tx, tenant TenantID, r NumberReport) error
	// StockLow hears that a location has only so many free numbers left, once a day at most: its admins shall know.
	StockLow(tx Tx, tenant TenantID, l Location, free int) error
	// OutageChanged hears that nobody gets on with some calls, once it has lasted, and that it is over: the admins
	// shall know.
	OutageChanged(tx Tx, tenant TenantID, o Outage, over bool) error
	// Undelivered says since when an outage keeps each of those who are asked about an order from reading of it. The
	// zero time: at least one of them can have read of it. It is asked, and changes nothing.
	Undelivered(tx Tx, o Order) (since time.Time, err error)
	// BulkChanged hears of every change of a bulk or of its rows.
	BulkChanged(tx Tx, tenant TenantID, id BulkID) error
	// LinkCame hears of a link that the carrier has for the order's person, and for nobody else. It works once.
	LinkCame(tx Tx, o Order, link string) error
}

// DialPlan reads and writes numbers as people do.
type DialPlan interface {
	// Parse reads a number in E.164 or in the national form of a country (ISO 3166-1 alpha-2, may be empty).
	Parse(text, country string) (E164, error)
	// Format writes a number the way people of its country dial it from abroad, with spaces: +1 206-555-0100.
	Format(n E164) string
	// Expand reads a block of numbers as people write it, such as "+12065550100-0199", or one number, and lists it;
	// Invalid where it has more than most.
	Expand(text, country string, most int) ([]E164, error)
	// Known reports whether there is such a country (ISO 3166-1 alpha-2, in capitals).
	Known(country string) bool
	// In reports whether a number has the calling code of a country.
	In(n E164, country string) bool
	// Likely reports whether people of a number's country would write it as the text, and there is such a number. It
	// decides between what Parse returns for several countries.
	Likely(n E164, text string) bool
	// Area is what a number begins with as those of its area do, such as +49 30; empty where there are no area codes.
	Area(n E164) string
}
