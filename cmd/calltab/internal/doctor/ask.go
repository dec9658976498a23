package doctor

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// AskAt asks the person at a terminal, and waits for one line. It is nil where in is no terminal: nobody is
// there to be asked.
func AskAt(in io.Reader, out io.Writer) func(ctx context.Context, text string) (string, error) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(ctx context.Context, text string) (string, error) { return asked(ctx, in, out, text) }
}

// asked waits for a line. An interrupt does not wait for its end.
func asked(ctx context.Context, in io.Reader, out io.Writer, text string) (string, error) {
	fmt.Fprint(out, text)
	line := make(chan string, 1)
	go func() {
		said := bufio.NewScanner(in)
		if said.Scan() {
			line <- said.Text()
		}
		close(line)
	}()
	select {
	case said, ok := <-line:
		if !ok {
			return "", errors.New("nothing was answered")
		}
		return said, nil
	case <-ctx.Done():
		fmt.Fprintln(out)
		return "", ctx.Err()
	}
}
