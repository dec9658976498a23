package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// decodeCard reads a card and the mentions beside it
// (learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format,
// "Mention support"). Numbers become float64, which is what they are in a
// Teams client: an integer past 2^53 comes back changed.
func decodeCard(raw []byte) (map[string]any, []entity, error) {
	var card map[string]any
	if err := json.Unmarshal(raw, &card); err != nil {
		return nil, nil, err
	}
	if text(card["type"]) != "AdaptiveCard" {
		return nil, nil, errors.New("the type is not AdaptiveCard")
	}
	var beside struct {
		Teams struct {
			Entities []entity `json:"entities"`
		} `json:"msteams"`
	}
	if err := json.Unmarshal(raw, &beside); err != nil {
		return nil, nil, err
	}
	return card, beside.Teams.Entities, nil
}

// text is a JSON value as a string; numbers and booleans as they are written.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// object is v as an object, nil when it is something else.
func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// objects are the objects of a list.
func objects(v any) []map[string]any {
	list, _ := v.([]any)
	var all []map[string]any
	for _, e := range list {
		if o := object(e); o != nil {
			all = append(all, o)
		}
	}
	return all
}

func hidden(element map[string]any) bool { return element["isVisible"] == false }

// nested are the properties that hold further elements.
var nested = []string{"body", "items", "columns", "rows", "cells", "actions", "card"}

// walk calls visit for an element and all inside it; unseen says whether it or
// something around it is hidden.
func walk(element map[string]any, unseen bool, visit func(element map[string]any, unseen bool)) {
	unseen = unseen || hidden(element)
	visit(element, unseen)
	for _, key := range nested {
		for _, inner := range append(objects(element[key]), object(element[key])) {
			if inner != nil {
				walk(inner, unseen, visit)
			}
		}
	}
}

// allInputs are the inputs of a card, hidden ones too: a client submits those
// as well but does not validate them.
func allInputs(card map[string]any) []Input {
	var all []Input
	walk(card, false, func(e map[string]any, unseen bool) {
		if strings.HasPrefix(text(e["type"]), "Input.") {
			in := newInput(e)
			in.unseen = unseen
			all = append(all, in)
		}
	})
	return all
}

// toggle flips or sets the visibility of an action's targets.
func toggle(card, action map[string]any) {
	targets, _ := action["targetElements"].([]any)
	for _, target := range targets {
		id, want := text(target), any(nil)
		if o := object(target); o != nil {
			id, want = text(o["elementId"]), o["isVisible"]
		}
		walk(card, false, func(e map[string]any, _ bool) {
			if text(e["id"]) != id {
				return
			}
			if want == nil {
				e["isVisible"] = hidden(e)
			} else {
				e["isVisible"] = want
			}
		})
	}
}
