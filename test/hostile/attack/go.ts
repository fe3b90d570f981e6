/** Hostile tenants in Go. They are one program, whose path chooses the attack, because a build takes seconds. */
import { goComponent, goHandler } from "../../support/go.ts";
import { cut, cutOrFull, type Kind } from "./kind.ts";

const failed = /^500 PLINTH_TENANT_EXCEPTION$/;

/** The code of each kind and its ending. */
const cases: Readonly<Record<string, readonly [code: string, ends: RegExp]>> = {
  loop: ["for { spins++ }", cut],
  "short-loop": ["for end := time.Now().Add(30 * time.Millisecond); time.Now().Before(end); { spins++ }", /^200$/],
  goroutines: ["for { go func() { select {} }() }", cutOrFull],
  switches: ["for range 100 { go func() { for { runtime.Gosched() } }() }; select {}", cut],
  memory: ["for { hoard = append(hoard, bytes.Repeat([]byte{1}, 1<<20)) }", cutOrFull],
  garbage: ["for { hoard = [][]byte{make([]byte, 1<<20)} }", cut],
  recursion: ["deeper(0)", /^(?:500 PLINTH_TENANT_EXCEPTION|503 PLINTH_(?:CPU|MEMORY)_LIMIT)$/],
  panic: ['panic(strings.Repeat("x", 10000))', failed],
  "log-flood": ['for { fmt.Println(strings.Repeat("x", 1000)) }', cut],
  "response-flood": ["w.Write(make([]byte, 8<<20))", /^200$/],
  sleepers: ["time.Sleep(time.Hour)", /^504 PLINTH_WALL_LIMIT$/],
  digests: ["for { sha512.Sum512(room) }", cut],
  moves: ["for { copy(room[1:], room) }", cut],
  "kv-storm": ['for n := range 50 { plinth.KV("KV").Put(r.Context(), fmt.Sprint(n), make([]byte, 10000)) }', /^200$/],
  "fetch-storm": ['for range 20 { get("/page") }', /^200$/],
};

const IMPORTS = "bytes crypto/sha512 fmt os runtime strings time";

const TOP_LEVEL = `
var spins uint64
var hoard [][]byte
var room = make([]byte, 1<<20)

//go:noinline
func deeper(n int) int { return deeper(n+1) + 1 }

func get(path string) {
	if response, err := http.Get("http://" + os.Getenv("ORIGIN") + path); err == nil {
		response.Body.Close()
	}
}
`;

/** The program of all kinds, built once. */
let built: Promise<Uint8Array<ArrayBuffer>> | undefined;

function build(): Promise<Uint8Array<ArrayBuffer>> {
  const branches = Object.entries(cases).map(([name, [code]]) => `\t\tcase "/${name}":\n\t\t\t${code}`);
  built ??= goComponent(goHandler(`\t\tswitch r.URL.Path {\n${branches.join("\n")}\n\t\t}`, IMPORTS, TOP_LEVEL));
  return built;
}

export const go: readonly Kind[] = Object.entries(cases).map(([name, [, ends]]) => ({
  name: `go-${name}`,
  ends,
  request: { path: `/${name}` },
  build: async (origin) => ({
    component: await build(),
    config: {
      vars: { ORIGIN: origin },
      fetch: { allow: [origin] },
      kv: [{ binding: "KV", namespace: "storm" }],
    },
  }),
}));
