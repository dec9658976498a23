package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/app"
	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision/boltstore"
)

// settingsWrong are the findings about settings with which nothing can start, one for each.
func settingsWrong(err error) (all []Finding) {
	lines := []string{err.Error()}
	var settings *app.SettingsError
	if errors.As(err, &settings) {
		lines = strings.Split(err.Error(), "\n")[1:]
	}
	for _, line := range lines {
		all = append(all, Finding{Check: "settings", Verdict: Wrong, Found: strings.TrimSpace(line),
			Matters: "Calltab does not start."})
	}
	all[len(all)-1].Mend = "calltab serve --help names every setting; calltab init writes those of a new " +
		"installation."
	return all
}

// orgFile is the organisation file, or why it cannot be used.
func (p *patient) orgFile() (orgyaml.File, error) {
	if p.cfg.OrgFile == "" {
		return orgyaml.File{}, errors.New("there is none")
	}
	o, err := orgyaml.Read(p.out.Org)
	if err == nil {
		err = o.Belongs(p.home(), len(p.cfg.Tenants) > 1)
	}
	return o, err
}

// organisation reads the organisation file.
func (p *patient) organisation(context.Context) Finding {
	if p.cfg.OrgFile == "" {
		return Finding{Verdict: Warning, Found: "There is none.",
			Matters: "Calltab has the locations, plans and numbers that its store has, and none at the first start.",
			Mend:    "Have calltab init write one, or write it as README shows, and name it by CALLTAB_ORG."}
	}
	_, err := p.orgFile()
	if err != nil {
		return Finding{Verdict: Wrong, Found: err.Error(), Matters: "Calltab does not start.",
			Mend: "Correct the lines of " + p.cfg.OrgFile + "."}
	}
	return Finding{Verdict: Fine, Found: "It can be used."}
}

// store looks at the store's file, without a word to it where a running program has it, or at its database.
func (p *patient) store(ctx context.Context) Finding {
	path := p.cfg.Store
	if storefile.IsDatabase(path) {
		return p.database(ctx)
	}
	if admin.Reaches(path) {
		p.runs = present
		return Finding{Verdict: Fine, Found: "A running Calltab has it open."}
	}
	const restore = "Put the store and its key back from a backup: calltab restore."
	info, err := os.Stat(path)
	_, keyless := os.Stat(path + ".key")
	switch {
	case err == nil && !info.Mode().IsRegular():
		return Finding{Verdict: Wrong, Found: path + " is not a file.", Matters: "Calltab does not start.",
			Mend: "Name a file by CALLTAB_STORE."}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return Finding{Verdict: Wrong, Found: err.Error(), Matters: "Calltab does not start.",
			Mend: "Let Calltab's user read and write " + path + "."}
	case (err != nil || info.Size() == 0) && keyless == nil:
		return Finding{Verdict: Wrong, Found: "There is a key beside it, and no store.",
			Matters: "Numbers that are given already would be given again.", Mend: restore}
	case err != nil || info.Size() == 0:
		return p.newStore(path)
	}
	err = storefile.Inspect(ctx, path)
	switch {
	case errors.Is(err, boltstore.ErrInUse):
		p.runs = silent
		return Finding{Verdict: Fine, Found: "A running program has it open."}
	case err != nil:
		return Finding{Verdict: Wrong, Found: oneLine(err) + ".", Matters: "Calltab does not start.",
			Mend: "Where the line names no remedy: " + restore}
	}
	return Finding{Verdict: Fine, Found: "Its pages and its key can be used. calltab check reads all records."}
}

// newStore looks whether a first start can make the store.
func (p *patient) newStore(path string) Finding {
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		folder = filepath.Dir(path)
	}
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		return Finding{Verdict: Wrong, Found: fmt.Sprintf("There is no folder %s.", folder),
			Matters: "Calltab does not start.",
			Mend:    "Make it, for Calltab's user alone: install -d -m 700 " + folder}
	}
	return Finding{Verdict: Fine, Found: "There is none yet: the first start makes it in " + folder + "."}
}
