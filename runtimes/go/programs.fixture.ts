/** Makes Go programs for tests, and runs static programs. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { WASI } from "node:wasi";

/** A program whose only handler has this body. */
export const handler = (imports: string, body: string) => `package main

import (
  "net/http"
  "plinth.dev/sdk"
  ${imports}
)

func main() {
  plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
    ${body}
  }))
}
`;

/** Runs a command. @returns its standard output */
export function runStatic(file: string, into: string): string {
  const stdout = openSync(into, "w");
  const wasi = new WASI({ version: "preview1", stdout, returnOnExit: true });
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(file)));
  wasi.start(new WebAssembly.Instance(module, wasi.getImportObject() as WebAssembly.Imports));
  closeSync(stdout);
  return readFileSync(into, "utf8");
}
