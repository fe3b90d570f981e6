// An assembly file, though empty, lets the package declare functions without bodies (transport_wasip1.go).
