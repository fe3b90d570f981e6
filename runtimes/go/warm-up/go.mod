module plinth.dev/warm-up

go 1.25
