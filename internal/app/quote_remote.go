package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
)

// Bounds of asking a running gateway.
const (
	remoteTimeout = 30 * time.Second
	remoteBody    = 4 << 20
)

// gatewayQuotes prices by the explain field of a running gateway.
type gatewayQuotes struct {
	url, token string
	client     *http.Client
}

// OpenRemote returns a Quoter that asks the gateway whose GraphQL endpoint url is,
// with a caller's token.
func OpenRemote(url, token string) Quoter {
	return &gatewayQuotes{url: url, token: token, client: &http.Client{
		Timeout: remoteTimeout,
		// The token is for this address only.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

const explainQuery = `query Explain($document: String!, $variables: String, $operation: String) {
	explain(document: $document, variables: $variables, operationName: $operation) {
		calls limit withinLimit estimatedMilliseconds problems
		steps { system link endpoint calls isEstimate }
		systems { system link calls hits quotaPerSecond waiting estimatedMilliseconds }
	}
}`

// Price implements Quoter.
func (r *gatewayQuotes) Price(ctx context.Context, document, variables, operation string) (*Quote, error) {
	arguments := map[string]any{"document": document}
	if variables != "" {
		arguments["variables"] = variables
	}
	if operation != "" {
		arguments["operation"] = operation
	}
	body, err := json.Marshal(map[string]any{"query": explainQuery, "variables": arguments})
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return nil, fault.New(fault.BadUserInput, "the gateway's address cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the gateway does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	return quoted(resp)
}

// quoted reads the answer of the explain field.
func quoted(resp *http.Response) (*Quote, error) {
	var answer struct {
		Data struct {
			Explain *model.Explanation `json:"explain"`
		} `json:"data"`
		Errors []struct {
			Message    string `json:"message"`
			Extensions struct {
				Code fault.Code `json:"code"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, remoteBody)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("the gateway answered %s and no JSON; the address ends with /graphql", resp.Status)
	}
	if len(answer.Errors) > 0 {
		e := answer.Errors[0]
		if e.Extensions.Code == fault.BadUserInput {
			return nil, fault.New(fault.BadUserInput, "%s", e.Message)
		}
		return nil, fmt.Errorf("the gateway refused: %s: %s", e.Extensions.Code, e.Message)
	}
	if answer.Data.Explain == nil {
		return nil, fmt.Errorf("the gateway answered %s without a price; is it older than this program?", resp.Status)
	}
	return &Quote{Explanation: answer.Data.Explain}, nil
}

// Index implements Quoter: a running gateway has its index.
func (*gatewayQuotes) Index() []*model.ExplainedStep { return nil }

// Close implements Quoter.
func (r *gatewayQuotes) Close() error {
	r.client.CloseIdleConnections()
	return nil
}
