package stage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Where npm puts the Agents Playground, and what is loaded before it, from the root of the source.
const (
	playgroundDir     = "internal/bot/e2e"
	playgroundCLI     = playgroundDir + "/node_modules/@microsoft/m365agentsplayground/cli.js"
	playgroundPreload = playgroundDir + "/preload.cjs"
)

// pageStart is how long a page's process may take until it listens; it is usually a second.
const pageStart = 30 * time.Second

// playgroundTool is what runs a page.
type playgroundTool struct{ node, cli, preload string }

// findPlayground finds the tool below the source's root, or says how to install it.
func findPlayground(root string) (playgroundTool, error) {
	var t playgroundTool
	var err error
	if t.node, err = exec.LookPath("node"); err != nil {
		return t, errors.New("the Agents Playground needs Node.js 20 or newer, and there is no node on the PATH")
	}
	for _, f := range []struct {
		to   *string
		path string
	}{{&t.cli, playgroundCLI}, {&t.preload, playgroundPreload}} {
		if *f.to, err = filepath.Abs(filepath.Join(root, f.path)); err == nil {
			_, err = os.Stat(*f.to)
		}
		if err != nil {
			return t, fmt.Errorf("the Agents Playground is not installed here: run make playground, or npm ci in "+
				"%s, from the root of Calltab's source", playgroundDir)
		}
	}
	return t, nil
}

// pages are the Agents Playground's processes.
type pages struct {
	*Stage
	out     io.Writer
	tool    playgroundTool
	gateway string // its own address, for the pages and the connector

	addresses sync.Map // *url.URL by alias
	running   sync.WaitGroup
	ended     chan error // a page that ended unasked
}

// open starts the page of a person and makes it their Teams client. It lives until ctx ends.
func (p *pages) open(ctx context.Context, alias string) error {
	who, ok := p.cloud.Org().Person(alias)
	if !ok {
		return fmt.Errorf("nobody is called %q; use a first name in lower case", alias)
	}
	page, ok := p.addresses.Load(alias)
	if !ok {
		address, err := p.start(ctx, alias)
		if err != nil {
			return fmt.Errorf("start the page of %s: %w", alias, err)
		}
		page = address
		p.addresses.Store(alias, address)
		if err := p.cloud.Chat().AttachPlayground(alias, p.gateway+"/pages/"+alias); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.out, "  %-8s %s   %s, %s\n", alias, page, who.DisplayName, who.JobTitle)
	return nil
}

// start runs a page's process and returns its address once it listens.
func (p *pages) start(ctx context.Context, alias string) (*url.URL, error) {
	// The Playground leaves files in its working directory.
	dir := p.Path("playground-" + alias)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, ".m365agentsplayground.yml")
	if err := os.WriteFile(config, p.cloud.Chat().PlaygroundConfig(alias), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, p.tool.node, "--require", p.tool.preload, p.tool.cli, "start",
		"--disable-telemetry",
		"--channel-id", "msteams", "--port", "0", "--app-endpoint", p.gateway+"/playground/"+alias+"/api/messages")
	cmd.Dir = dir
	// Nothing else of the environment: the Playground would take credentials from it, and then call the real login.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "SystemRoot=" + os.Getenv("SystemRoot"),
		"TEAMSAPPTESTER_BROWSER=none", "M365_AGENTS_PLAYGROUND_CONFIG_PATH=" + config}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// The preload ends the process with its input; after WaitDelay it is killed.
	cmd.Cancel, cmd.WaitDelay = stdin.Close, 3*time.Second
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	up, died := make(chan string, 1), make(chan error, 1)
	p.running.Go(func() {
		listening(stdout, up)
		err := cmd.Wait()
		died <- fmt.Errorf("it ended (%v): %s", err, strings.TrimSpace(stderr.String()))
	})
	select {
	case port := <-up:
		p.running.Go(func() { p.watch(ctx, alias, died) })
		return &url.URL{Scheme: "http", Host: "127.0.0.1:" + port}, nil
	case err := <-died:
		return nil, err
	case <-time.After(pageStart):
		return nil, fmt.Errorf("it does not listen after %s", pageStart)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// watch tells of a page that ends before ctx.
func (p *pages) watch(ctx context.Context, alias string, died <-chan error) {
	select {
	case <-ctx.Done():
	case err := <-died:
		select {
		case p.ended <- fmt.Errorf("the page of %s: %w", alias, err):
		case <-ctx.Done():
		}
	}
}

// listening reads a process's output to its end, so that it never waits for a reader, and sends the port that it names.
func listening(output io.Reader, up chan<- string) {
	for scan := bufio.NewScanner(output); scan.Scan(); {
		if port, ok := strings.CutPrefix(scan.Text(), "Listening on "); ok {
			select {
			case up <- port:
			default: // it says so twice
			}
		}
	}
}
