// Toolexec is for `go build -toolexec`. It runs the given tool. In the place of the toolchain's linker it runs the linker
// beside itself.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: toolexec TOOL [ARGUMENT...]")
		os.Exit(2)
	}
	tool := os.Args[1]
	if strings.TrimSuffix(filepath.Base(tool), ".exe") == "link" {
		self, err := os.Executable()
		if err != nil {
			fmt.Fprintln(os.Stderr, "toolexec:", err)
			os.Exit(1)
		}
		tool = filepath.Join(filepath.Dir(self), filepath.Base(tool))
	}
	command := exec.Command(tool, os.Args[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		os.Exit(exit.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "toolexec:", err)
		os.Exit(1)
	}
}
