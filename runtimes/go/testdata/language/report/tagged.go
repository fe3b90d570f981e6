//go:build special

package report

const Tagged = "special"
