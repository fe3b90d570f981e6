module example.com/go-markdown

go 1.25

require (
	github.com/russross/blackfriday/v2 v2.1.0
	plinth.dev/sdk v0.0.0
)

replace plinth.dev/sdk => ../../runtimes/go/sdk
