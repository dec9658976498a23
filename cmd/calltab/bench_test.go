package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision/storetest/page"
	cloud "calltab/internal/sandbox"
)

var (
	benchProgram = flag.String("calltab", "../../bin/calltab", "the program that BenchmarkSpeed measures, as make build makes it")
	benchLoad    = flag.Duration("load", 10*time.Second, "how long BenchmarkSpeed keeps 64 connections busy")
	benchPeople  = flag.Int("people", 50_000, "how many people BenchmarkSync reads")
	benchNumbers = flag.Int("numbers", 1_000_000, "how many numbers BenchmarkSpeed compares with a thousand")
)

// figure is one line of the table: what was measured, what is aimed at, and what came out.
type figure struct {
	what, target, got string
	miss              bool
}

// BenchmarkSpeed measures what the README promises, once, and prints it as a table. The program runs as a process of
// its own; Microsoft's login, the connector and the people who write are in this one. It judges nothing: a machine that
// is busy with something else misses targets too.
func BenchmarkSpeed(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make bench builds it first", err)
	}
	fmt.Printf("\n%s, %d cores, %s, %s\nload average at the start %s", processor(), runtime.NumCPU(), runtime.Version(), time.Now().UTC().Format(time.DateOnly), file("/proc/loadavg"))
	p := newPeer(b, cloud.Config{Unlimited: true})
	figures := p.start(b)
	figures = append(figures, p.turns(b)...)
	figures = append(figures, stocks(b)...)
	fmt.Printf("load average at the end   %s\n%-58s %-22s %s\n", file("/proc/loadavg"), "what", "target", "figure")
	for _, f := range figures {
		verdict := "ok"
		if f.miss {
			verdict = "MISSED"
		}
		if f.target == "" {
			verdict = ""
		}
		fmt.Printf("%-58s %-22s %-24s %s\n", f.what, f.target, f.got, verdict)
	}
}

// verification is the processor time of one RS256 check with a 2048-bit key, the mean of so many.
func verification(b *testing.B, often int) time.Duration {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	message := []byte(strings.Repeat("header and claims of a token ", 20))
	digest := sha256.Sum256(message)
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		b.Fatal(err)
	}
	before := used(b, os.Getpid())
	for range often {
		digest := sha256.Sum256(message)
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	}
	return (used(b, os.Getpid()) - before) / time.Duration(often)
}

func processor() string { return page.Processor() }

// file is what a file of /proc says, a line that says so where there is none.
func file(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return "unknown\n"
	}
	return string(text)
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1000) }

func mebibytes(n int) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
