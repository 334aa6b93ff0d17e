package web

import (
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// dist holds what graphiql/pack.mjs leaves: a file that gzip shrinks is there
// as name.gz only, which keeps 5 MB out of the binary.
//
//go:embed all:dist
var dist embed.FS

// Files under assets/ carry a hash of their content in their name.
const (
	immutable  = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// serveFile serves dist/name, where name comes from the request. fs.FS refuses
// every name that is not clean, so nothing outside dist can be reached.
func serveFile(w http.ResponseWriter, r *http.Request, name string) {
	f, zipped, err := open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = f.Close() }() // embedded files cannot fail to close
	// The file is in memory: an error means that the client is gone.
	_ = writeFile(w, r, name, f, zipped)
}

// open gives the file stored as name.gz or as name, and which of them it was.
func open(name string) (f fs.File, zipped bool, err error) {
	if f, err = dist.Open("dist/" + name + ".gz"); err == nil {
		return f, true, nil
	}
	if strings.HasSuffix(name, ".gz") {
		// How a file is stored is nobody's business.
		return nil, false, fs.ErrNotExist
	}
	if f, err = dist.Open("dist/" + name); err != nil {
		return nil, false, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		_ = f.Close()
		return nil, false, fs.ErrNotExist
	}
	return f, false, nil
}

func writeFile(w http.ResponseWriter, r *http.Request, name string, f fs.File, zipped bool) error {
	h := w.Header()
	h.Set("Content-Type", contentType(name))
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", revalidate)
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", immutable)
	}
	tag, err := entityTag(name, f)
	if err != nil {
		return err
	}
	h.Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if zipped && !acceptsGzip(r.Header.Values("Accept-Encoding")) {
		return writePlain(w, r, f)
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = io.Copy(w, f)
	return err
}

// writePlain serves the few clients that cannot take gzip.
func writePlain(w http.ResponseWriter, r *http.Request, f io.Reader) error {
	if r.Method == http.MethodHead {
		return nil
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, z) //nolint:gosec // the input is our own build, not a stranger's bomb
	return err
}

// entityTag is weak, because the gzipped and the plain form share it. A hashed
// name already stands for its content; the other files are small.
func entityTag(name string, f fs.File) (string, error) {
	if strings.HasPrefix(name, "assets/") {
		return `W/"` + path.Base(name) + `"`, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	if _, err := f.(io.Seeker).Seek(0, io.SeekStart); err != nil { //nolint:forcetypeassert // embed promises it
		return "", err
	}
	return `W/"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`, nil
}

// matches compares weakly, as If-None-Match asks for.
func matches(ifNoneMatch, tag string) bool {
	for candidate := range strings.SplitSeq(ifNoneMatch, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// acceptsGzip says whether Accept-Encoding names gzip (or anything) with a
// weight above zero; gzip's own entry wins over the star.
func acceptsGzip(values []string) bool {
	star := false
	for entry := range strings.SplitSeq(strings.Join(values, ","), ",") {
		coding, params, _ := strings.Cut(entry, ";")
		wanted := true
		if weight, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			q, err := strconv.ParseFloat(weight, 64)
			wanted = err == nil && q > 0
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return wanted
		case "*":
			star = wanted
		}
	}
	return star
}

// contentType does not ask package mime, whose answers depend on the machine.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".ttf":
		return "font/ttf"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
