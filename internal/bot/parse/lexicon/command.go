package lexicon

import (
	"slices"
	"strings"
)

// Commands lists the names of the commands, in the order of help.
func Commands() []string {
	names := make([]string, 0, len(English.Commands))
	for _, c := range English.Commands {
		names = append(names, c.Name)
	}
	return names
}

// Aliases lists what else people call a command.
func Aliases(command string) []string {
	i := slices.IndexFunc(English.Commands, func(c Command) bool { return c.Name == command })
	if i < 0 {
		return nil
	}
	return strings.Fields(English.Commands[i].Aliases)
}
