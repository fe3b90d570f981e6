/** The Go programs of the demo and the benchmarks. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Arm, type MemoryProgram, numbered, type Showcase, type SwitchProgram } from "../showcase.ts";
import { buildGo } from "./build-tenant.ts";
import { linkStaticProgram } from "./link-program.ts";
import { findToolchain } from "./toolchain.ts";

const examples = join(import.meta.dirname, "../../guest-examples");
const programs = join(import.meta.dirname, "showcase");

async function buildArm(arm: Arm, folder: string): Promise<Uint8Array> {
  if (arm === "shared") return (await buildGo(folder)).component;
  return linkStaticProgram(await findToolchain(), folder, { ldflags: "-s -w" });
}

function memoryProgram(name: string, answer: (marker: string) => string): MemoryProgram {
  return {
    name,
    staticForm: "WASI command, go build -ldflags '-s -w'",
    build: (arm) => buildArm(arm, join(programs, name)),
    request: "/hello/world",
    answer,
  };
}

const memory = [
  memoryProgram("hello", (marker) => `hello from ${marker}, world\n`),
  memoryProgram("json", (marker) => `{"from":"${marker}","name":"world","numbers":[1,2,3]}\n`),
];

function switchProgram(program: MemoryProgram): SwitchProgram {
  let template: Promise<Uint8Array> | undefined;
  return {
    name: program.name,
    async build(n) {
      template ??= program.build("shared");
      return numbered(await template, n);
    },
    method: "GET",
    path: program.request,
    body: "",
  };
}

const kvSource = (gets: number) => `package main

import (
	"net/http"
	"strconv"

	plinth "plinth.dev/sdk"
)

var pages = plinth.KV("PAGES")

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value := []byte("nothing")
		for n := range ${gets} {
			value, _ = pages.Get(r.Context(), "key-"+strconv.Itoa(n))
		}
		w.Write(value[:7])
	}))
}
`;

async function kvReader(gets: number): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  try {
    await writeFile(join(folder, "go.mod"), "module example.com/reader\n\ngo 1.25\n");
    await writeFile(join(folder, "main.go"), kvSource(gets));
    return (await buildGo(folder)).component;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const showcase: Showcase = {
  demo: {
    examples: [
      {
        name: "go-json",
        what: "a JSON API, Go",
        source: join(examples, "go-json"),
        call: { path: "/recipes/pancakes?portions=6", expect: /"portions":6/ },
      },
      {
        name: "go-worker",
        what: "goroutines and deadlines, Go",
        source: join(examples, "go-worker"),
        call: { path: "/search?q=plinth", expect: /"late":\["basement"\]/ },
      },
    ],
    static: { example: "go-json" },
  },
  benchmarks: {
    memory,
    switch: memory.map(switchProgram),
    dev: { template: "go", file: "main.go", word: "Hello" },
    kv: kvReader,
    compute: {
      workloads: ["sha256", "json", "sort", "regexp", "fib"],
      build: (arm) => buildArm(arm, join(programs, "compute")),
    },
  },
};
