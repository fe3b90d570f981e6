// Toolexec is for `go build -toolexec`. It runs the given tool. In the place of the toolchain's linker it runs the linker
// beside itself. The compiler gets a file more for some packages (renewals.go).
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: toolexec TOOL [ARGUMENT...]")
		os.Exit(2)
	}
	code, err := run(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "toolexec:", err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tool and returns its exit code.
func run(tool string, arguments []string) (int, error) {
	output := &bytes.Buffer{}
	var stdout io.Writer = os.Stdout
	switch strings.TrimSuffix(filepath.Base(tool), ".exe") {
	case "link":
		self, err := os.Executable()
		if err != nil {
			return 1, err
		}
		tool = filepath.Join(filepath.Dir(self), filepath.Base(tool))
	case "compile":
		if slices.Contains(arguments, "-V=full") {
			stdout = output
			break
		}
		all, remove, err := renewed(arguments)
		if err != nil {
			return 1, err
		}
		defer remove()
		arguments = all
	}
	command := exec.Command(tool, arguments...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, stdout, os.Stderr
	err := command.Run()
	if output.Len() > 0 {
		fmt.Println(strings.TrimRight(output.String(), "\n") + renewalsVersion())
	}
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
