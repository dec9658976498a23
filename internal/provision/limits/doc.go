// Package limits keeps one person from using up what all share: drafts, requests and forms a day, by the tenant's own
// limits. What was refused is counted and told in one sentence with the hour from which it is allowed again; an
// operator can lift it.
package limits
