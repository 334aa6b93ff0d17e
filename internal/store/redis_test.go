package store_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

func TestRedis_check(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	client := server.Client(t)
	cases := map[string]struct {
		hold    map[string]string
		refused bool
	}{
		"nothing":               {nil, false},
		"our own":               {map[string]string{":schema": "1", ":v1:k": "v"}, false},
		"our own after a flush": {map[string]string{":c1:k": "v", ":t1:{topics}": "v", ":l1:x": "v", ":q1:x": "v"}, false},
		"another version":       {map[string]string{":schema": "2", ":v2:k": "v"}, true},
		"no version":            {map[string]string{":schema": "garbage"}, true},
		"an older one":          {map[string]string{":v0:k": "v"}, true},
		"another program's":     {map[string]string{":c1:k": "v", ":session:1": "v"}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, prefix := t.Context(), strings.ReplaceAll(name, " ", "-")
			prefix = strings.ReplaceAll(prefix, "'", "")
			for key, value := range c.hold {
				if err := client.Set(ctx, prefix+key, value, 0).Err(); err != nil {
					t.Fatal(err)
				}
			}
			// A prefix that begins as ours does is not ours.
			if err := client.Set(ctx, prefix+"2:other", "v", 0).Err(); err != nil {
				t.Fatal(err)
			}
			r, err := store.OpenRedis(server.URL, store.RedisOptions{Prefix: prefix})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close() }) // nothing depends on it
			for range 2 {
				warnings, err := r.Check(ctx)
				if refused := fault.CodeOf(err) == fault.Misconfigured; refused != c.refused || (err != nil) != c.refused {
					t.Errorf("Check: %v", err)
				}
				if c.refused && !strings.Contains(err.Error(), "HITOTSU_REDIS_PREFIX") || len(warnings) != 0 {
					t.Errorf("it does not say what to do: %v, %q", err, warnings)
				}
			}
			keys, err := client.Keys(ctx, prefix+":*").Result()
			want := len(c.hold)
			if _, marked := c.hold[":schema"]; !c.refused && !marked {
				want++
			}
			if err != nil || len(keys) != want {
				t.Errorf("keys %q, %v; want %d of them", keys, err, want)
			}
			for key, value := range c.hold {
				if got, err := client.Get(ctx, prefix+key).Result(); err != nil || got != value {
					t.Errorf("%s became %q, %v", key, got, err)
				}
			}
		})
	}
}

func TestRedis_checkOfAnotherType(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	if err := server.Client(t).RPush(t.Context(), "hitotsu:schema", "x").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := openRedis(t, server.URL).Check(t.Context()); fault.CodeOf(err) != fault.Misconfigured {
		t.Errorf("Check: %v", err)
	}
}

func TestRedis_checkWarns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"as it should be": {nil, nil},
		"volatile only":   {[]string{"--maxmemory", "100mb", "--maxmemory-policy", "volatile-ttl"}, nil},
		"evicts":          {[]string{"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"}, []string{"maxmemory-policy"}},
		"no disk":         {[]string{"--appendonly", "no"}, []string{"appendonly yes"}},
		"late":            {[]string{"--appendfsync", "everysec"}, []string{"appendfsync always"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			warnings, err := openRedis(t, storetest.StartRedis(t, c.args...).URL).Check(t.Context())
			if err != nil || len(warnings) != len(c.want) {
				t.Fatalf("%q, %v", warnings, err)
			}
			for i, want := range c.want {
				if !strings.Contains(warnings[i], want) {
					t.Errorf("%q does not say %q", warnings[i], want)
				}
			}
		})
	}
}

func TestRedis_refusesOptions(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]store.RedisOptions{
		"braces":   {Prefix: "a{b}"},
		"a glob":   {Prefix: "a*"},
		"too long": {Prefix: strings.Repeat("a", 65)},
		"CA":       {CA: []byte("c4n4ry")},
		"wait":     {WaitReplicas: -1},
	} {
		r, err := store.OpenRedis("redis://h", opts)
		if err == nil {
			_ = r.Close()
		}
		if fault.CodeOf(err) != fault.Misconfigured || strings.Contains(err.Error(), "c4n4ry") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRedis_waitsForReplicas(t *testing.T) {
	t.Parallel()
	r, err := store.OpenRedis(storetest.StartRedis(t).URL, store.RedisOptions{WaitReplicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() }) // nothing depends on it
	ctx := t.Context()
	// It has none: the write is done, and not known to be safe.
	if _, err := r.Put(ctx, "k", []byte("v"), 0); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Put: %v", err)
	}
	doc, err := r.Get(ctx, "k")
	if err != nil || string(doc.Value) != "v" {
		t.Errorf("Get: %v, %v", doc, err)
	}
	began := time.Now()
	if _, err := r.Put(ctx, "k", []byte("w"), 7); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a write that was none: %v after %v", err, time.Since(began))
	}
}

func TestTopics_losses(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(t *testing.T, s *storetest.RedisServer) error{
		"flushed": func(t *testing.T, s *storetest.RedisServer) error {
			t.Helper()
			return s.Client(t).FlushAll(t.Context()).Err()
		},
		"the topics evicted": func(t *testing.T, s *storetest.RedisServer) error {
			t.Helper()
			return s.Client(t).Del(t.Context(), "hitotsu:t1:{topics}:at").Err()
		},
		"one evicted": func(t *testing.T, s *storetest.RedisServer) error {
			t.Helper()
			return s.Client(t).ZRem(t.Context(), "hitotsu:t1:{topics}:at", "a").Err()
		},
		"garbage": func(t *testing.T, s *storetest.RedisServer) error {
			t.Helper()
			return s.Client(t).HSet(t.Context(), "hitotsu:t1:{topics}", "seq", "garbage").Err()
		},
		"started again": func(t *testing.T, s *storetest.RedisServer) error { t.Helper(); s.Kill(); s.Start(t); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := storetest.StartRedis(t)
			r, ctx := openRedis(t, server.URL), t.Context()
			before, err := r.Touch(ctx, []string{"a", "b"})
			if err != nil {
				t.Fatal(err)
			}
			if err := lose(t, server); err != nil {
				t.Fatal(err)
			}
			_, now, lost, err := r.Since(ctx, before)
			if err != nil || !lost || now.Epoch == before.Epoch {
				t.Errorf("now %v, lost %v, %v", now, lost, err)
			}
			if after, err := r.Touch(ctx, []string{"c"}); err != nil || after.Epoch != now.Epoch || after.Seq <= now.Seq {
				t.Errorf("touched at %v, %v after %v", after, err, now)
			}
			if touched, _, lost, err := r.Since(ctx, now); err != nil || lost || len(touched) != 1 {
				t.Errorf("%d touches after the loss, lost %v, %v", len(touched), lost, err)
			}
		})
	}
}

func TestRedis_foreignTypes(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	r, client, ctx := openRedis(t, server.URL), server.Client(t), t.Context()
	if err := errors.Join(
		client.RPush(ctx, "hitotsu:c1:k", "x").Err(), client.Set(ctx, "hitotsu:l1:n", "x", 0).Err(),
		client.Set(ctx, "hitotsu:t1:{topics}", "x", 0).Err(),
	); err != nil {
		t.Fatal(err)
	}
	for _, keys := range [][]string{{"k"}, {"k", "other"}} {
		if got, err := r.GetMany(ctx, keys); err != nil || got[0] != nil {
			t.Errorf("GetMany: %q, %v", got, err)
		}
	}
	if _, err := r.Lock(ctx, "n", "o", time.Second); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("Lock: %v", err)
	}
	if _, _, _, err := r.Since(ctx, store.Position{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("Since: %v", err)
	}
	if err := r.SetMany(ctx, []store.Entry{{Key: "k", Value: []byte("v"), TTL: time.Hour}}); err != nil {
		t.Error(err)
	}
	if got, err := r.GetMany(ctx, []string{"k"}); err != nil || !cmp.Equal([][]byte{[]byte("v")}, got) {
		t.Errorf("GetMany: %q, %v", got, err)
	}
}

func TestRedis_tls(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca := certify(t, dir)
	port := storetest.FreePort(t)
	server := storetest.StartRedis(t, "--tls-port", port, "--bind", "127.0.0.1", "--tls-auth-clients", "no",
		"--tls-cert-file", filepath.Join(dir, "cert"), "--tls-key-file", filepath.Join(dir, "key"),
		"--tls-ca-cert-file", filepath.Join(dir, "cert"))
	_ = server // it is asked by TLS only
	address := "rediss://127.0.0.1:" + port
	with, err := store.OpenRedis(address, store.RedisOptions{CA: ca})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = with.Close() }) // nothing depends on it
	if _, err := with.Check(t.Context()); err != nil {
		t.Errorf("with the private CA: %v", err)
	}
	if err := everything(t.Context(), with.Guard(time.Second, store.GuardOptions{}), 3); err != nil {
		t.Errorf("with the private CA: %v", err)
	}
	if err := openRedis(t, address).Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("without it: %v", err)
	}
}

// certify writes a certificate for the loopback and its key, and returns the
// certificate.
func certify(t *testing.T, dir string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := errors.Join(
		os.WriteFile(filepath.Join(dir, "cert"), cert, 0o600),
		os.WriteFile(filepath.Join(dir, "key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	return cert
}

// TestRedis_deadlines is about every kind of call while the server hangs.
func TestRedis_deadlines(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	r := openRedis(t, server.URL)
	if err := r.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Hang(t)
	defer server.Resume(t)
	for name, call := range map[string]func(context.Context) error{
		"Get":        func(ctx context.Context) error { _, err := r.Get(ctx, "k"); return err },
		"Put":        func(ctx context.Context) error { _, err := r.Put(ctx, "k", nil, 0); return err },
		"GetMany":    func(ctx context.Context) error { _, err := r.GetMany(ctx, []string{"k"}); return err },
		"DropPrefix": func(ctx context.Context) error { return r.DropPrefix(ctx, "k") },
		"Touch":      func(ctx context.Context) error { _, err := r.Touch(ctx, []string{"k"}); return err },
		"Lock":       func(ctx context.Context) error { _, err := r.Lock(ctx, "k", "o", time.Second); return err },
		"Check":      func(ctx context.Context) error { _, err := r.Check(ctx); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		began := time.Now()
		err := call(ctx)
		cancel()
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
}

// TestRedis_rights works with no more rights than docs/operations.md asks for.
func TestRedis_rights(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	if err := server.Client(t).Do(t.Context(), "ACL", "SETUSER", "u", "on", ">pw", "~hitotsu:*", "resetchannels",
		"+@read", "+@write", "+@scripting", "+@connection", "+info", "+time", "+wait", "+cluster|slots").Err(); err != nil {
		t.Fatal(err)
	}
	r := openRedis(t, strings.Replace(server.URL, "unix://", "unix://u:pw@", 1))
	ctx := t.Context()
	if warnings, err := r.Check(ctx); err != nil || len(warnings) > 0 {
		t.Errorf("Check: %q, %v", warnings, err)
	}
	version, err := r.Put(ctx, "k", []byte("v"), 0)
	if err := errors.Join(err, everything(ctx, r.Guard(time.Minute, store.GuardOptions{}), 3), r.DropPrefix(ctx, "c"),
		r.Unlock(ctx, "e", "a"), r.Delete(ctx, "k", version)); err != nil {
		t.Error(err)
	}
	if keys, err := r.List(ctx, ""); err != nil || len(keys) != 0 {
		t.Errorf("List: %q, %v", keys, err)
	}
}
