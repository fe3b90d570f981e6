// The same report from a static program.
package main

import (
	"os"

	"example.com/language/report"
)

func main() {
	os.Stdout.WriteString(report.Report())
}
