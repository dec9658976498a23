package chat

import (
	"testing"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := w.Open(t.Context(), "erin")
	if err != nil || r.Status != 200 || w.count() != 2 {
		t.Fatalf("result %+v, %v, %d activities", r, err, w.count())
	}
	install, joined := w.heard[0].act, w.heard[1].act
	p := w.person2(t, "erin")
	if install["type"] != "installationUpdate" || install["action"] != "add" {
		t.Errorf("first %s", asJSON(install))
	}
	if from := object(install["from"]); from["name"] != nil || from["aadObjectId"] != p.ID {
		t.Errorf("installer %v", from)
	}
	added := objects(joined["membersAdded"])
	if joined["type"] != "conversationUpdate" || len(added) != 2 || added[0]["id"] != p.mri || added[1]["id"] != "28:"+appID {
		t.Errorf("second %s", asJSON(joined))
	}
	for _, a := range []activity{install, joined} {
		if c := object(a["conversation"]); c["id"] != p.chat.id || c["tenantId"] != tenant || object(object(a["channelData"])["tenant"])["id"] != tenant {
			t.Errorf("got %s", asJSON(a))
		}
	}
	if r, err := w.Open(t.Context(), "erin"); err != nil || r.Status != 0 || w.count() != 2 {
		t.Errorf("opened twice: %+v, %v", r, err)
	}
	w.post(w.chatOf("erin"), "welcome")
}

func TestRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Remove(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	if a := w.last().act; a["type"] != "installationUpdate" || a["action"] != "remove" {
		t.Errorf("got %s", asJSON(a))
	}
	if _, err := w.Remove(t.Context(), "alice"); err == nil {
		t.Error("removed twice")
	}
	if w.Installed(people()[0].ID) {
		t.Error("still installed")
	}
}

// Graph installs silently; the events come when the person opens Teams.
func TestInstallByGraph(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	erin := people()[2]
	chat, fresh := w.Install(erin.ID)
	if chat == "" || !fresh || w.count() != 0 || !w.Installed(erin.ID) {
		t.Fatalf("chat %q, fresh %v, %d activities", chat, fresh, w.count())
	}
	again, fresh := w.Install(erin.ID)
	if again != chat || fresh {
		t.Errorf("second time: chat %q, fresh %v", again, fresh)
	}
	w.post(chat, "by Graph's id")
	w.post(w.chatOf("erin"), "by the connector's")
	got := w.Messages("erin")
	if len(got) != 2 || got[0].Conversation != got[1].Conversation {
		t.Errorf("messages %+v", got)
	}
	if _, err := w.Open(t.Context(), "erin"); err != nil || w.count() != 2 {
		t.Errorf("%d late events, %v", w.count(), err)
	}
	if chat, fresh := w.Install("nobody"); chat != "" || fresh {
		t.Errorf("nobody: %q %v", chat, fresh)
	}
}
