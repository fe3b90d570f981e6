//go:build plinth

package guest

import (
	"fmt"
	"os"

	"plinth.dev/sdk/internal/message"
)

// loadEnvironment takes over the tenant's vars and secrets, at a request's start and before a program's package variables.
// At its start-up, which is captured, a program gets only the vars. If there are none, the host holds no reply ready.
func loadEnvironment() {
	if hostReplySize() == 0 {
		return
	}
	head, _, err := message.SplitFrame(takeReply())
	if err == nil {
		err = setEnvironment(head)
	}
	if err != nil {
		logLine(levelError, []byte("plinth: the environment: "+err.Error()))
	}
}

// setEnvironment takes a head {"value": {"vars": {NAME: any JSON}, ...}}. It sets only variables that differ, so that a
// request changes no memory for the variables in the image.
func setEnvironment(head []byte) error {
	for name, value := range message.Members(head) {
		if name != "value" {
			continue
		}
		for part, members := range message.Members(value) {
			if part != "vars" {
				continue
			}
			if err := setVars(members); err != nil {
				return err
			}
		}
	}
	return nil
}

func setVars(vars []byte) error {
	for name, value := range message.Members(vars) {
		text := message.Text(value)
		if present, ok := os.LookupEnv(name); ok && present == text {
			continue
		}
		if err := os.Setenv(name, text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
