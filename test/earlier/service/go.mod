module example.com/service

go 1.25

require plinth.dev/sdk v0.0.0
