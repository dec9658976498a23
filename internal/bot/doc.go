// Package bot is how people talk to Calltab: it turns what they write and press in Teams into calls on the provisioning
// core, and what the core does into cards. It knows no HTTP and no SDK; package teams carries its turns and messages.
package bot
