package main

import (
	"testing"
	"time"
)

// The faults of the database's servers, and of the network before them.

// quietTime is how long nothing comes through, and the database is full.
const quietTime = 30 * time.Second

// silence has nothing go between replicas and the database, or lets it go again.
func (s *siege) silence(on bool, replicas ...int) {
	for _, i := range replicas {
		for _, w := range s.all[i].wires {
			w.Silence(on)
		}
	}
}

func silentOne(_ *testing.B, s *siege, _ *blow) {
	s.silence(true, 1)
	time.Sleep(quietTime)
	s.silence(false, 1)
}

func silentAll(_ *testing.B, s *siege, _ *blow) {
	s.silence(true, 0, 1, 2)
	time.Sleep(quietTime)
	s.silence(false, 0, 1, 2)
}

func full(b *testing.B, s *siege, _ *blow) {
	free := s.pair.Fill(b)
	time.Sleep(quietTime)
	free()
}

// withoutStandby has the only standby be lost for a time. Nothing may be saved and acknowledged meanwhile.
func (s *siege) withoutStandby(b *testing.B, lasts time.Duration) {
	s.pair.Stop(b, 1-s.pair.Primary)
	lost := time.Now()
	time.Sleep(lasts)
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range s.acked {
		if at.After(lost) {
			s.alone[id] = lost
		}
	}
}

// savedAlone: no order was both saved and acknowledged while the only standby was lost. The answer to one that was saved
// before may come then.
func (s *siege) savedAlone(b *testing.B, k kept) {
	for id, lost := range s.alone {
		if o := k.orders[id]; o.Submitted.After(lost) {
			b.Errorf("order %s was saved at %v and acknowledged at %v, and the only standby was lost at %v", id, o.Submitted.Format(time.TimeOnly),
				s.acked[id].Format(time.TimeOnly), lost.Format(time.TimeOnly))
		}
	}
}

func standbyBack(b *testing.B, s *siege, _ *blow) {
	s.withoutStandby(b, pauseTime)
	s.pair.Start(b, 1-s.pair.Primary)
	s.pair.Synced(b)
}

func standbyGivenUp(b *testing.B, s *siege, f *blow) {
	s.withoutStandby(b, pauseTime/2)
	s.pair.WaitFor(b, "")
	f.over = time.Now()
	time.Sleep(*siegeRest)
	s.pair.Follow(b, 1-s.pair.Primary)
}

func promoted(b *testing.B, s *siege, f *blow) {
	old := s.pair.Primary
	s.pair.Stop(b, old)
	s.promote(b, f)
	s.pair.Follow(b, old)
}

// promote makes the standby the primary, from when on it can be worked with, and lets people go on for a while.
func (s *siege) promote(b *testing.B, f *blow) {
	s.pair.Promote(b)
	f.over = time.Now()
	time.Sleep(*siegeRest)
}

// bothLost: what was acknowledged before the standby was lost is on it, and nothing was since.
func bothLost(b *testing.B, s *siege, f *blow) {
	old := s.pair.Primary
	s.withoutStandby(b, pauseTime/2)
	s.pair.Stop(b, old)
	s.pair.Start(b, 1-old)
	s.promote(b, f)
	s.pair.Follow(b, old)
}

// oldPrimaryBack starts the old primary again as what it was, so that it waits for nobody. One replica is started anew
// meanwhile, and another one needs new connections: the old primary is the first that their URL names.
func oldPrimaryBack(b *testing.B, s *siege, f *blow) {
	old := s.pair.Primary
	s.pair.Stop(b, old)
	s.promote(b, f)
	s.pair.Start(b, old)
	s.pair.SetWait(b, old, "")
	before := s.commitsAt(b, old)
	s.kill(b, s.all[0])
	s.begin(b, s.all[0], *benchProgram)
	s.cut(b, s.all[2])
	time.Sleep(*siegeRest)
	if now := s.commitsAt(b, old); now != before {
		b.Errorf("the old primary was at commit %s, and is at %s", before, now)
	}
	s.pair.Stop(b, old)
	s.pair.Follow(b, old)
}

// commitsAt is the number of the last commit on a server, and those that each program has made there.
func (s *siege) commitsAt(b *testing.B, server int) string {
	return s.pair.Run(b, server, "select (select commits from paired.calltab_state), (select sum(commits) from paired.calltab_handle)")
}

// twoPrimaries promotes the standby of a primary that nobody has stopped. Its commits wait for a standby that does not
// come back.
func twoPrimaries(b *testing.B, s *siege, f *blow) {
	old := s.pair.Primary
	s.promote(b, f)
	time.Sleep(*siegeRest)
	s.pair.Stop(b, old)
	s.pair.Follow(b, old)
}

// networkSplit has one replica reach the primary alone, and the others its standby, which is promoted.
func networkSplit(b *testing.B, s *siege, f *blow) {
	old := s.pair.Primary
	split := func(on bool) {
		s.all[0].wires[1-old].Silence(on)
		for _, r := range s.all[1:] {
			r.wires[old].Silence(on)
		}
	}
	split(true)
	s.pair.Promote(b)
	time.Sleep(quietTime)
	split(false)
	f.over = time.Now()
	time.Sleep(*siegeRest)
	s.pair.Stop(b, old)
	s.pair.Follow(b, old)
}

// primarySilent has no replica hear from the primary any more, as where its machine stands still, and its standby be
// promoted.
func primarySilent(b *testing.B, s *siege, f *blow) {
	old := s.pair.Primary
	silence := func(on bool) {
		for _, r := range s.all {
			r.wires[old].Silence(on)
		}
	}
	silence(true)
	s.promote(b, f)
	s.pair.Stop(b, old)
	silence(false)
	s.pair.Follow(b, old)
}
