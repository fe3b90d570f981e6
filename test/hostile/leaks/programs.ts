/** Tenants that leave marks wherever they can, and look for marks of others. */
import { goHandler } from "../../support/go.ts";

/** The actions of a request besides its search. The first part of its path names one. */
export const actions = ["plain", "wait", "grow", "pollute", "throw", "loop", "bomb"] as const;
export type Action = (typeof actions)[number];

/** The mark of a tenant. No Go program has the marks' common part in it, so a search finds only marks that were left. */
export const markOf = (tenant: number) => `LEAK-MARK-${String(tenant).padStart(2, "0")}.`;

/**
 * A program that answers `[count, marks]`: the number of uses of the tenant's state, and the marks that it has found in
 * any state except its own image's.
 */
export function script(tenant: number): string {
  return `
    const mark = "${markOf(tenant)}";
    let count = 0;
    const kept = [mark];
    function found() {
      const places = { kept: kept.length > 1, shared: globalThis.shared, prototype: {}.mark, array: [].mark };
      const dirty = new Uint8Array(4096).findIndex((byte) => byte !== 0);
      return [...Object.entries(places).filter(([, value]) => value), ...(dirty < 0 ? [] : [["new memory", dirty]])];
    }
    export default { async fetch(request) {
      const [, action, size] = new URL(request.url).pathname.split("/");
      const answer = [++count, found()];
      kept.push(request.url);
      globalThis.shared = mark.repeat(Number(size));
      if (action === "pollute") Object.prototype.mark = Array.prototype.mark = mark;
      if (action === "wait") {
        await new Promise((done) => setTimeout(done, Number(size) % 5));
        if (kept.length !== 2 || globalThis.shared !== mark.repeat(Number(size))) answer[1].push("lost its own");
      }
      if (action === "grow") kept.push(new TextEncoder().encode(mark.repeat(Number(size) * 100)));
      if (action === "throw") throw new Error(mark);
      if (action === "loop") for (;;);
      if (action === "bomb") for (;;) kept.push(mark.repeat(10_000 + kept.length));
      return Response.json(answer);
    } };`;
}

/**
 * The same in Go, for all tenants. MARK is the tenant's own mark. The program also searches the used part of the linear
 * memory.
 */
export const goProgram = goHandler(
  `
		parts := strings.Split(r.URL.Path, "/")
		size, _ := strconv.Atoi(parts[2])
		count++
		marks := []string{}
		if len(kept) > 0 {
			marks = append(marks, string(kept[0]))
		}
		if size%10 == 0 {
			marks = append(marks, search()...)
		}
		kept = append(kept, bytes.Repeat([]byte(mark), 1+size))
		switch parts[1] {
		case "wait":
			time.Sleep(time.Duration(size%5) * time.Millisecond)
			if len(kept) != 1 || string(kept[0][:len(mark)]) != mark {
				marks = append(marks, "lost its own")
			}
		case "grow", "pollute":
			kept = append(kept, bytes.Repeat([]byte(mark), 100*size))
		case "throw":
			panic(mark)
		case "loop":
			for {
				count++
			}
		case "bomb":
			for {
				kept = append(kept, bytes.Repeat([]byte(mark), 10000))
			}
		}
		json.NewEncoder(w).Encode([]any{count, marks})`,
  "bytes encoding/json os strconv strings time unsafe",
  `
var mark = os.Getenv("MARK")
var count int
var kept [][]byte

// The common part of all marks, backwards, so that a search does not find the program.
var backwards = []byte("-KRAM-KAEL")

func search() []string {
	common := make([]byte, len(backwards))
	for i, letter := range backwards {
		common[len(common)-1-i] = letter
	}
	last := make([]byte, 1<<16)
	end := uintptr(unsafe.Pointer(unsafe.SliceData(last))) + uintptr(len(last))
	memory := unsafe.Slice((*byte)(unsafe.Pointer(uintptr(4096))), end-4096)
	marks := []string{}
	for {
		at := bytes.Index(memory, common)
		if at < 0 || at+len(mark) > len(memory) {
			return marks
		}
		if found := string(memory[at : at+len(mark)]); found != mark && found[len(found)-1] == '.' {
			marks = append(marks, found)
		}
		memory = memory[at+len(common):]
	}
}
`,
);
