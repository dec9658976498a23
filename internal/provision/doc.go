// Package provision is what Calltab does: it turns one wish (an [Order]) into a working phone, and explains every refusal.
package provision
