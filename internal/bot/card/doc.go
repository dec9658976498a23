// Package card has the Adaptive Card elements that Calltab uses, as types that encode to JSON and never decode.
//
// It is no general Adaptive Card library: an element or property is here when a view uses it and every client draws it,
// Microsoft's Agents Playground included. The schema version is 1.5, the newest that Microsoft documents for bots
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/wysiwyg-cards and "Work with Universal Actions").
// Plain types with one encode method each were chosen over generated ones: they leave no way to write a text
// that is not escaped, a text that does not wrap, or an Action.Execute without a fallback.
//
// Callers hand texts over as they are; the types make them inert ([Escape]) and short enough. Values and ids of inputs
// come back to us as data, so they are kept as they are.
package card
