//go:build !plinth && !plinthcomponent

package plinth

import (
	"context"
	"errors"
	"net/http"
)

// A WASI command, which a host calls by CGI (guest/command_wasip1.go), has no bindings.

var errNoBindings = errors.New("plinth: a WASI command has no bindings; build it with plinth build, or plinth build --static")

func roundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body.Close()
	}
	return nil, errNoBindings
}

func (n *Namespace) get(context.Context, string) (*Entry, error) {
	return nil, errNoBindings
}

func (n *Namespace) getMulti(context.Context, []string) (map[string]Entry, error) {
	return nil, errNoBindings
}

func (n *Namespace) put(context.Context, string, []byte, putOptions) (int64, error) {
	return 0, errNoBindings
}

func (n *Namespace) remove(context.Context, string, deleteOptions) error {
	return errNoBindings
}

func (n *Namespace) list(context.Context, ListOptions) (Page, error) {
	return Page{}, errNoBindings
}
