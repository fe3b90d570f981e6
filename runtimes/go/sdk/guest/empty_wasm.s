// An assembly file, though empty, lets the package declare functions without bodies (runtime_wasip1.go).
