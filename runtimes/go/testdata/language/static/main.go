// The same report from a program with everything inside.
package main

import (
	"os"

	"example.com/language/report"
)

func main() {
	os.Stdout.WriteString(report.Report())
}
