package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// BaseOptions configure the connections below a Client.
type BaseOptions struct {
	// CAFile names a PEM file with certificate authorities that are trusted
	// beside the machine's own; empty for none.
	CAFile string
	// MaxIdle is how many idle connections a host keeps; default 16.
	MaxIdle int
}

// NewBase returns the RoundTripper for Options.Base: proxies from HTTPS_PROXY,
// HTTP_PROXY and NO_PROXY, TLS 1.2 or newer, the machine's certificate
// authorities and those of CAFile. One base serves many clients.
func NewBase(opts BaseOptions) (*http.Transport, error) {
	orDefault(&opts.MaxIdle, 16)
	pool, err := authorities(opts.CAFile)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool},
		TLSHandshakeTimeout:   5 * time.Second,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          8 * opts.MaxIdle,
		MaxIdleConnsPerHost:   opts.MaxIdle,
		IdleConnTimeout:       60 * time.Second,
		ExpectContinueTimeout: time.Second,
	}, nil
}

// authorities returns nil, which means the machine's own, when file is empty.
func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // crypto/tls gives nil this meaning.
	}
	pem, err := os.ReadFile(file) //nolint:gosec // the operator names the file.
	if err != nil {
		return nil, fmt.Errorf("transport: read the certificate authorities: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("transport: the certificate authorities' file holds no certificate")
	}
	return pool, nil
}
