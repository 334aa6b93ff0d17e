package writes

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Options configures a Writer.
type Options struct {
	Directory *directory.Directory
	// Reads forgets what a write touched.
	Reads  *reads.Reader
	Carely []*sources.Carely
}

// Writer writes. It is safe for concurrent use.
type Writer struct {
	dir    *directory.Directory
	reads  *reads.Reader
	carely []*sources.Carely
}

// New returns a Writer.
func New(opts Options) *Writer {
	return &Writer{dir: opts.Directory, reads: opts.Reads, carely: opts.Carely}
}

// codeIn is the employee code as a record's system writes it, "" when unknown.
func (w *Writer) codeIn(ctx context.Context, ref hr.Ref) string {
	index, err := w.dir.Index(ctx)
	if err != nil {
		return ""
	}
	person, ok := index.Record(ref)
	if !ok {
		return ""
	}
	return person.Code
}
