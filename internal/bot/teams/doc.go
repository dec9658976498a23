// Package teams is the way in and the way out: it takes activities from Microsoft Teams over HTTP, checks them,
// and hands them on as turns; and it carries messages back through the Bot Connector. Nothing of HTTP, of the web
// framework or of the bot library is seen outside. It decides nothing: who may do what, and what to answer, is
// the handler's business.
//
// The way in, in this order, each step refusing before the next one costs anything:
//
//	method, media type         405, 415
//	bearer token               401  signature, issuer, audience, times (no byte of the body is read before)
//	body, at most 256 KiB      413, 400
//	library's ParseRequest     401  with our validator: service URL and channel belong to the token
//	channel, service URL       403
//	tenant                     403
//	turn                       200  an invoke's answer is the body; 500 with a reference when the handler fails
//
// The way out: service URL allow-list, then the bearer token, then one request. The caller waits and repeats; this
// package never does.
//
//	server.go endpoint.go       the Server; the HTTP handler
//	admit.go                    the checks above; serviceurl.go: service URLs that are allowed
//	token.go verified.go keys.go  tokens, those verified before, and Microsoft's keys
//	stranger.go                 people of other tenants
//	envelope.go turn.go         an activity, and the turn that it becomes; mention.go: text without mentions
//	invoke.go                   answers to invokes
//	courier.go call.go wire.go  messages sent, one request, its JSON
//	delivery.go                 what a refusal of the connector means
//	file.go                     files that people drop
//	observe.go record.go        what is counted, and who is inside; what is logged of a turn
//
// The bot library (msbotbuilder-go v0.2.5) is used where it is sound: its adapter reads every activity and sends every
// message. Its token check, its HTTP client and its JSON are replaced through its own interfaces, because they fetch
// keys on each request, panic on legal tokens, lose message ids and fail on legal bodies. What it is given to decode is
// therefore a body made here, of the fields that the token check needs; the rest is read by envelope.
//
// Refusals are logged once a second at most, with what the token says of its issuer, audience and key, and with the
// number of those in between.
//
// A caller's duties: put an http.Server with limits of header, time and connections in front of [Server.Handler]; call
// [Server.LoadKeys] at the start and then [Server.TendKeys]; on shutdown stop that server,
// then call [Server.Drain] and [Server.Close]; never run Config.Insecure on anything but loopback.
package teams
