// Package chat imitates two parts of Microsoft Teams over real HTTP: the Bot
// connector that a bot calls, and the people who sit at their Teams clients.
//
//	person ── Say, Press, Search, Open ──▶ signed activity ──▶ the bot
//	person ◀── Messages, Toast, Watch ──── connector ◀── POST, PUT, DELETE
//
// It is no Teams: there are no presence, no files, no dialogs, no automatic
// card refresh, and one group chat and one team channel in which the whole
// tenant sits. Where Teams is documented to refuse, throttle or lose
// something, this package does so too, and the comment names the page.
//
// Sources are named in short form:
//
//	[auth]      learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
//	[rest]      learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
//	[create]    github.com/microsoft/teams.net docs/CreateConversation-API-Behavior.md
//	[proactive] learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
//	[status]    learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages,
//	            "Status codes from bot conversational APIs"
//	[rate]      learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
//	[size]      learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
//	[roster]    learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
//	[events]    learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
//	[actions]   learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions
//	[suggested] learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/suggested-actions
//	[targeted]  github.com/microsoft/teams.net/pull/303, and "Targeted messages" of [status]'s page
//	[universal] github.com/microsoft/AdaptiveCards universal-action-model.md
//	[typeahead] learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search
//	[pg]        npm @microsoft/m365agentsplayground 0.2.28, as observed
//	[chosen]    no page says; the harder of the likely behaviours was taken
//
// Ids are hostile on purpose: they hold '/', '+', '=', ':' and ';', so that a
// client that forgets to escape a path segment is found out at once.
//
// Callers owe two things: SetServiceURL before anything is sent (it names the
// address under which Handler is served) and SetBot before anybody talks.
// Business time (message times, throttling windows) comes from Config.Now;
// while that clock stands still, so do the throttling windows. All methods
// may be called concurrently; watchers are called without any lock held.
package chat
