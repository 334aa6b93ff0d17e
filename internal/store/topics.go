package store

import "context"

// Position is a point in the history of Topics. The zero Position is before
// everything.
type Position struct {
	// Epoch changes when the history was lost; positions of different epochs
	// cannot be compared.
	Epoch uint64
	// Seq grows with every touch.
	Seq uint64
}

// Touched is a topic and when it was touched last.
type Touched struct {
	Topic string
	At    Position
}

// Topics tells every process what was changed by one of them, so that none
// goes on showing what it read before. Only the last touch of a topic is
// remembered, and for a limited time. It is safe for concurrent use. Topics are
// named as keys in Documents.
//
// What was read is still true if its position has the epoch of now and none of
// its topics was touched after it.
type Topics interface {
	// Touch records that the topics have changed now. Once it has returned,
	// Since of every process tells it.
	Touch(ctx context.Context, topics []string) (Position, error)
	// Since returns the topics touched after a position and the position
	// reached, in the order of their touches. With lost, touches may be missing
	// because the history does not reach back to after: nothing that was read
	// before can be relied on. After the zero Position, who asks has not read
	// anything and gets all that is remembered; lost then says that more than
	// TopicsMost topics were touched within TopicsMemory.
	Since(ctx context.Context, after Position) (touched []Touched, now Position, lost bool, err error)
}
