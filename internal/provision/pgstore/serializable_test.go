package pgstore

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// serializable is the same table without this package: each Update is a SERIALIZABLE transaction that asks for what it reads,
// sends what it writes together with its commit, and runs again when the database says that it cannot be serialized.
type serializable struct {
	pool  *pgxpool.Pool
	again atomic.Int64
}

// openSerializable opens it with as many connections as there are writers.
func openSerializable(b *testing.B, url string, writers int) *serializable {
	b.Helper()
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		b.Fatal(err)
	}
	cfg.MaxConns = int32(writers)
	p := &serializable{}
	if p.pool, err = pgxpool.NewWithConfig(b.Context(), cfg); err != nil {
		b.Fatal(err)
	}
	return p
}

// notSerializable is the code of a transaction that is to run again.
const notSerializable = "40001"

func (p *serializable) Update(ctx context.Context, f func(Tx) error) error {
	for {
		err := p.once(ctx, f)
		var said *pgconn.PgError
		if !errors.As(err, &said) || said.Code != notSerializable {
			return err
		}
		p.again.Add(1)
	}
}

func (p *serializable) once(ctx context.Context, f func(Tx) error) error {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "begin isolation level serializable"); err != nil {
		return err
	}
	t := &plainTx{ctx: ctx, conn: conn.Conn()}
	err = f(t)
	if err == nil {
		err = t.err
	}
	if err == nil {
		var batch pgx.Batch
		batch.Queue("insert into kv (t, k, v) select * from unnest($1::text[], $2::bytea[], $3::bytea[]) "+
			"on conflict (t, k) do update set v = excluded.v", t.tables, t.keys, t.values)
		batch.Queue("commit")
		err = conn.SendBatch(ctx, &batch).Close()
	}
	if err != nil && conn.Conn().PgConn().TxStatus() != 'I' {
		_, undone := conn.Exec(ctx, "rollback")
		err = errors.Join(err, undone)
	}
	return err
}

// plainTx is what a measured function uses of a transaction.
type plainTx struct {
	Tx
	ctx          context.Context
	conn         *pgx.Conn
	tables       []string
	keys, values [][]byte
	err          error
}

func (t *plainTx) Get(table, key string) (value []byte, there bool) {
	err := t.conn.QueryRow(t.ctx, getRow, table, []byte(key)).Scan(&value)
	switch {
	case err == nil:
		return value, true
	case !errors.Is(err, pgx.ErrNoRows) && t.err == nil:
		t.err = err
	}
	return nil, false
}

func (t *plainTx) Put(table, key string, value []byte) {
	t.tables, t.keys, t.values = append(t.tables, table), append(t.keys, []byte(key)), append(t.values, value)
}

// road is a way to the database on which each question and its answer take longer.
type road struct {
	socket string
	half   time.Duration // what each direction takes
	door   net.Listener
}

// newRoad listens on this machine. What comes it carries to the cluster's socket.
func newRoad(b testing.TB, socket string, both time.Duration) *road {
	b.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	r := &road{socket, both / 2, door}
	b.Cleanup(func() { door.Close() })
	go func() {
		for {
			in, err := door.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("unix", r.socket)
			if err != nil {
				in.Close()
				continue
			}
			go r.carry(in, out)
			go r.carry(out, in)
		}
	}()
	return r
}

// carry hands on what one side sends, each part after the time that it takes.
func (r *road) carry(from, to net.Conn) {
	type part struct {
		due  time.Time
		data []byte
	}
	parts := make(chan part, 1024)
	go func() {
		defer close(parts)
		for {
			data := make([]byte, 32<<10)
			n, err := from.Read(data)
			if n > 0 {
				parts <- part{time.Now().Add(r.half), data[:n]}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range parts {
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			break
		}
	}
	to.Close()
	for range parts { // until its reader has met the end
	}
}
