package bot

import (
	"context"

	"calltab/internal/bot/joint"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// reader reads lines by what the locations and plans are called. It asks once for each name.
func (x *exchange) reader(ctx context.Context) (joint.Reader, error) {
	known, _, err := x.vocabulary(ctx)
	asked := map[string]bool{}
	isName := func(name string) bool {
		is, before := asked[name]
		if !before {
			is = x.Resolver().GoesBy(ctx, name)
			asked[name] = is
		}
		return is
	}
	return func(line []parse.Word) parse.Reading { return parse.Read(line, x.Mentions(), known, isName) }, err
}

// read reads a line that is known to be no order, such as what a list is asked for by.
func (x *exchange) read(ctx context.Context, text string) (parse.Reading, error) {
	read, err := x.reader(ctx)
	if err != nil {
		return parse.Reading{}, err
	}
	return read(parse.Split(text)), nil
}

// listed runs the list that a text asks for which names nobody: "list Boston", "find unlimited". It reports whether the
// text is one.
func (x *exchange) listed(ctx context.Context, text string) (bool, error) {
	r, err := x.read(ctx, text)
	if err != nil || !judge.Bare(&r) {
		return false, err
	}
	return true, x.runLine(ctx, r.Line(r.Intent, parse.Person{}, nil))
}

// isFree answers whether a number is free that is named by its end: with the free ones that have it, and where there
// are none, with those that are not.
func (x *exchange) isFree(ctx context.Context, r parse.Reading) error {
	states := []provision.NumberState{provision.Free}
	free, err := x.b.Service.Ending(ctx, x.Turn.Actor.Tenant, x.Actor(), r.Digits, "", states, 1)
	if err != nil {
		return err
	}
	if len(free) > 0 {
		return x.runLine(ctx, r.Line("numbers", parse.Person{}, nil))
	}
	r.State = ""
	return x.runLine(ctx, r.Line("find", parse.Person{}, nil))
}

// exported shows the list that a line wants as a file, on which the file is one press away.
func (x *exchange) exported(ctx context.Context, r parse.Reading) error {
	list := judge.Lists(parse.Split(x.Turn.Text))
	if list == "" {
		return x.Say(ctx, "not-yet.export")
	}
	if err := x.Say(ctx, "export-here"); err != nil {
		return err
	}
	return x.runLine(ctx, r.Line(list, parse.Person{}, nil))
}
