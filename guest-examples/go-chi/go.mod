module example.com/go-chi

go 1.25

require (
	github.com/go-chi/chi/v5 v5.5.0
	plinth.dev/sdk v0.0.0
)

replace plinth.dev/sdk => ../../runtimes/go/sdk
