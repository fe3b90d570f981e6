module example.com/go-site-from-kv

go 1.25

require plinth.dev/sdk v0.0.0

require github.com/russross/blackfriday/v2 v2.1.0

replace plinth.dev/sdk => ../../runtimes/go/sdk
