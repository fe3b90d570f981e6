module example.com/bench

go 1.25

require plinth.dev/sdk v0.0.0

replace plinth.dev/sdk => ../../../../runtimes/go/sdk
