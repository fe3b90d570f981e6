package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"plinth.dev/sdk"
)

type redirect struct {
	To     string `json:"to"`
	Status int    `json:"status"`
}

// A rule with Prefix redirects paths that begin with it, and keeps their rest. A rule with Pattern redirects paths like it:
// a part ":name" stands for anything up to the next slash.
type rule struct {
	redirect
	Prefix  string `json:"prefix"`
	Pattern string `json:"pattern"`
}

type rules []rule

func parseRules(text string) (rules, error) {
	var all rules
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, err
	}
	for i, rule := range all {
		if (rule.Prefix == "") == (rule.Pattern == "") {
			return nil, fmt.Errorf("rule %d has not one of prefix and pattern", i+1)
		}
		checked, err := rule.checked()
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
		all[i].redirect = checked
	}
	return all, nil
}

// checked uses 302 if the rule has no status.
func (r redirect) checked() (redirect, error) {
	switch r.Status {
	case 0:
		r.Status = http.StatusFound
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return r, fmt.Errorf("the status %d is none of 301, 302, 307 and 308", r.Status)
	}
	if r.To == "" {
		return r, errors.New("it leads nowhere")
	}
	return r, nil
}

// find gives the redirect of the first rule that fits. The path stays percent-encoded.
func (all rules) find(path string) (redirect, error) {
	for _, rule := range all {
		if to, ok := rule.apply(path); ok {
			return redirect{to, rule.Status}, nil
		}
	}
	return redirect{}, plinth.ErrNotFound
}

func (r rule) apply(path string) (string, bool) {
	if r.Pattern != "" {
		return byPattern(r.Pattern, r.To, path)
	}
	rest, ok := strings.CutPrefix(path, r.Prefix)
	if strings.HasSuffix(r.To, "/") {
		// "//host" would be another server, and a visitor's path must not choose a server.
		rest = strings.TrimLeft(rest, `/\`)
	}
	return r.To + rest, ok
}

func byPattern(pattern, to, path string) (string, bool) {
	wanted, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(wanted) != len(parts) {
		return "", false
	}
	target := strings.Split(to, "/")
	for i, part := range wanted {
		if !strings.HasPrefix(part, ":") {
			if part != parts[i] {
				return "", false
			}
			continue
		}
		if parts[i] == "" {
			return "", false
		}
		for j := range target {
			if target[j] == part {
				target[j] = parts[i]
			}
		}
	}
	return strings.Join(target, "/"), true
}
