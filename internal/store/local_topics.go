package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// topicsState is what a history of topics is beside its topics; see the history
// in Redis.
type topicsState struct{ epoch, seq, floor, cut, n uint64 }

func newTopicsState(now time.Time) topicsState {
	seq := micros(now)
	return topicsState{epoch: newEpoch(), seq: seq, floor: seq}
}

func micros(t time.Time) uint64 { return uint64(max(t.UnixMicro(), 1)) }

const localState = "topics" // in meta

func (s *topicsState) fields() []*uint64 { return []*uint64{&s.epoch, &s.seq, &s.floor, &s.cut, &s.n} }

func (s *topicsState) put(tx *bolt.Tx) error {
	var b []byte
	for _, field := range s.fields() {
		b = binary.BigEndian.AppendUint64(b, *field)
	}
	return tx.Bucket([]byte(localMeta)).Put([]byte(localState), b)
}

func (s *topicsState) get(tx *bolt.Tx) error {
	b := tx.Bucket([]byte(localMeta)).Get([]byte(localState))
	fields := s.fields()
	if len(b) != len(fields)*seqSize {
		return ErrCorrupt
	}
	for i, field := range fields {
		*field = binary.BigEndian.Uint64(b[i*seqSize:])
	}
	return nil
}

const seqSize = 8

// reaches reports whether the history reaches back to a position, and from
// where on it is to be told.
func (s *topicsState) reaches(after Position, now time.Time) (from uint64, ok bool) {
	switch {
	case after.Epoch == 0:
		return 0, s.cut <= micros(now.Add(-TopicsMemory))
	case after.Epoch != s.epoch, after.Seq < s.floor, after.Seq > s.seq:
		return 0, false
	default:
		return after.Seq, true
	}
}

// Touch implements Topics.
func (l *Local) Touch(ctx context.Context, topics []string) (Position, error) {
	if err := checkKeys(topics); err != nil {
		return Position{}, err
	}
	now := l.now()
	var state topicsState
	err := l.update(ctx, func(tx *bolt.Tx) error {
		if err := state.get(tx); err != nil {
			return err
		}
		if err := state.touch(tx, topics, now); err != nil {
			return err
		}
		return state.put(tx)
	})
	if err != nil {
		return Position{}, err
	}
	return Position{Epoch: state.epoch, Seq: state.seq}, nil
}

func (s *topicsState) touch(tx *bolt.Tx, topics []string, now time.Time) error {
	byName, order := tx.Bucket([]byte(localTopics)), tx.Bucket([]byte(localOrder))
	s.seq = max(s.seq, micros(now))
	for _, topic := range topics {
		s.seq++
		at := binary.BigEndian.AppendUint64(nil, s.seq)
		if before := byName.Get([]byte(topic)); before != nil {
			if err := order.Delete(bytes.Clone(before)); err != nil {
				return err
			}
			s.n--
		}
		s.n++
		if err := byName.Put([]byte(topic), at); err != nil {
			return err
		}
		if err := order.Put(at, []byte(topic)); err != nil {
			return err
		}
	}
	return s.forget(byName, order, micros(now.Add(-TopicsMemory)))
}

// forget removes what is older than the memory and what is too much.
func (s *topicsState) forget(byName, order *bolt.Bucket, old uint64) error {
	for {
		at, topic := order.Cursor().First()
		if at == nil {
			return nil
		}
		if len(at) != seqSize || s.n == 0 {
			return ErrCorrupt
		}
		seq := binary.BigEndian.Uint64(at)
		if seq > old {
			if s.n <= TopicsMost {
				return nil
			}
			s.cut = seq
		}
		s.floor = max(s.floor, seq)
		s.n--
		if err := errors.Join(byName.Delete(bytes.Clone(topic)), order.Delete(bytes.Clone(at))); err != nil {
			return err
		}
	}
}

// Since implements Topics.
func (l *Local) Since(ctx context.Context, after Position) ([]Touched, Position, bool, error) {
	var (
		touched []Touched
		state   topicsState
		ok      bool
	)
	err := l.view(ctx, func(tx *bolt.Tx) error {
		if err := state.get(tx); err != nil {
			return err
		}
		var from uint64
		from, ok = state.reaches(after, l.now())
		cursor := tx.Bucket([]byte(localOrder)).Cursor()
		for at, topic := cursor.Seek(binary.BigEndian.AppendUint64(nil, from+1)); at != nil; at, topic = cursor.Next() {
			touched = append(touched, Touched{
				Topic: string(topic), At: Position{Epoch: state.epoch, Seq: binary.BigEndian.Uint64(at)},
			})
		}
		return nil
	})
	if err != nil {
		return nil, Position{}, false, err
	}
	return touched, Position{Epoch: state.epoch, Seq: state.seq}, !ok, nil
}
