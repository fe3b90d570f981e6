module example.com/wasi-cgi

go 1.24
