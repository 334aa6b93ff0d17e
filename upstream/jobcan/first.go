package jobcan

import (
	"context"
	"net/url"
)

// FirstEmployees reads the first page of employees and tells how many it holds:
// the cheapest call that needs no employee's id, to see whether a token works.
func (c *Client) FirstEmployees(ctx context.Context) (int, error) {
	page, err := c.employeePage(ctx, url.Values{})
	return len(page), err
}
