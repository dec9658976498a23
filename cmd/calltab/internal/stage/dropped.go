package stage

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// droppedPath reads a line as the path of a file, in the ways in which terminals write one that is dragged into them:
// plain, quoted, with backslashes before blanks, or as a file URL. A line is one only if there is such a file, or if it
// is the name of a CSV file, alone or with its folder.
func droppedPath(line string) (string, bool) {
	path := strings.TrimSpace(line)
	if path == "" {
		return "", false
	}
	quote := path[0]
	quoted := len(path) > 1 && (quote == '\'' || quote == '"') && path[len(path)-1] == quote
	switch {
	case quoted:
		path = path[1 : len(path)-1]
	case strings.HasPrefix(path, "file://"):
		u, err := url.Parse(path)
		if err != nil {
			return "", false
		}
		path = filepath.FromSlash(u.Path)
	case runtime.GOOS != "windows":
		path = unescaped(path)
	}
	info, err := os.Stat(path)
	there := err == nil && info.Mode().IsRegular()
	elsewhere := filepath.Base(path) != path
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		return path, there || elsewhere || !strings.ContainsRune(path, ' ')
	}
	return path, there && elsewhere
}

// unescaped drops the backslashes with which a terminal keeps a shell from reading what follows them.
func unescaped(path string) string {
	var out strings.Builder
	escaped := false
	for _, r := range path {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		out.WriteRune(r)
	}
	return out.String()
}

// drop drops a file into the chat.
func (c *conversation) drop(ctx context.Context, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	return c.reached(c.cloud.Chat().Drop(ctx, c.name(), filepath.Base(path), data))
}
