// The Go files in this folder are compiled as part of the package runtime (see overlay.ts). A module of its own keeps them
// out of the SDK's.
module plinth.dev/overlay

go 1.25
