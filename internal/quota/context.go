package quota

import "context"

// class orders the queue: a lower one goes first.
type class int

const (
	urgent class = iota
	interactive
	background
	classes
)

type callerKey struct{}

// WithCaller says on whose behalf calls are made. Turns are shared out evenly
// between callers; all calls without one count as one caller's.
func WithCaller(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, callerKey{}, id)
}

type classKey struct{}

// Background marks work that nobody waits for: scans, rotation. It yields to
// everybody who does.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, classKey{}, background)
}

// Urgent marks a call that everybody waits for, such as a token's renewal.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, classKey{}, urgent)
}

func callerOf(ctx context.Context) string {
	id, _ := ctx.Value(callerKey{}).(string)
	return id
}

func classOf(ctx context.Context) class {
	if c, ok := ctx.Value(classKey{}).(class); ok {
		return c
	}
	return interactive
}
