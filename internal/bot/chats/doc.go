// Package chats is where people are reached: the conversations that the bot has with them, what is remembered of each,
// and which cards of an order they have before them. It also says how messages go to Teams, through a [Courier], and
// why one was not delivered.
//
// It keeps and finds. Who is told of what is package outbox's, what people write and press is package bot's, and the
// Bot Framework is package teams's. Nothing here sends by itself.
//
// What is stored is versioned: see [Put] and [Decode]. The names of tables, of JSON fields and of card roles are in
// stores for years, so callers never rename one. Keys begin with the tenant, and callers give the tenant that Teams
// verified.
package chats
