module plinth.dev/sdk

go 1.25
