// Package draft is the form: a draft is begun, answered question by question, and saved. The next question is a pure
// function of the draft ([provision.Order.Forms]); an answer to an older card changes nothing and gets the card as it
// is. Saving turns the draft's hold into the order's in one transaction. A turn waits 1.5 seconds for Microsoft at
// most: a person whom the directory does not show by then is looked up by a job.
package draft
