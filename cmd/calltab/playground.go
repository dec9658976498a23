package main

import (
	"context"
	"fmt"
	"io"
)

func playground(ctx context.Context, s *stage, out io.Writer) error {
	_, err := fmt.Fprintln(out, s.cloud.Chat().ServiceURL())
	return err
}
