module example.com/go-rewriting-proxy

go 1.25

require plinth.dev/sdk v0.0.0

require golang.org/x/net v0.46.0

replace plinth.dev/sdk => ../../runtimes/go/sdk
