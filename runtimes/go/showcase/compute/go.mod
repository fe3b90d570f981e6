module example.com/compute

go 1.25
