/**
 * The changes to the standard library, for `go build -overlay`. GOROOT stays as it is. The changes to the package runtime
 * serve the SDK's steps (runtime/plinth_wasip1.go explains them). A change to net/http makes requests go out through the
 * host. A change to reflect is needed for sharing. They fit Go 1.25 to 1.27.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesEdits } from "./files-edits.ts";
import { netEdits } from "./net-edits.ts";
import type { SourceEdit } from "./source-edit.ts";
import { startupEdits } from "./startup-edits.ts";

const runtimeEdits: readonly SourceEdit[] = [
  ...startupEdits,
  ...netEdits,
  ...filesEdits,
  {
    // This is the scheduler's hook for hosts that cannot be blocked. Go itself uses it on js/wasm alone.
    file: "runtime/lock_wasip1.go",
    before: `func beforeIdle(int64, int64) (*g, bool) {
	return nil, false
}`,
    after: `func beforeIdle(int64, int64) (*g, bool) {
	return plinthIdle(), false
}`,
  },
  {
    // A goroutine that waits for signals would keep the scheduler busy for ever, because signals never come.
    file: "runtime/lock_wasip1.go",
    before: `	deadline := nanotime() + ns
	for {
		if n.key != 0 {`,
    after: `	if ns < 0 {
		plinthNoteSleep(n)
		return true
	}

	deadline := nanotime() + ns
	for {
		if n.key != 0 {`,
  },
  {
    file: "runtime/lock_wasip1.go",
    before: `		throw("notewakeup - double wakeup")
	}
	n.key = 1`,
    after: `		throw("notewakeup - double wakeup")
	}
	n.key = 1
	plinthNoteWake(n)`,
  },
  {
    // os.Exit ends the request, not the instance.
    file: "runtime/os_wasip1.go",
    before: `//go:wasmimport wasi_snapshot_preview1 proc_exit
func exit(code int32)`,
    after: `//go:wasmimport wasi_snapshot_preview1 proc_exit
func proc_exit(code int32)

func exit(code int32) {
	plinthExit(code)
	proc_exit(code)
}`,
  },
  {
    file: "runtime/os_wasip1.go",
    before: `	return walltime1()
`,
    after: `	plinthFresh.reads++
	return walltime1()
`,
  },
  {
    file: "runtime/mem_wasm.go",
    before: `	if bl+n > blocMax {
`,
    after: `	if bl+n > blocMax {
		plinthBeforeGrowth()
`,
  },
  {
    // A panic waits for other threads before it prints. There are none, and the host may not allow this thread to wait.
    file: "runtime/os_wasip1.go",
    before: `	if poll_oneoff(&in, &out, 1, &nevents) != 0 {
		throw("wasi_snapshot_preview1.poll_oneoff")
	}`,
    after: `	poll_oneoff(&in, &out, 1, &nevents)`,
  },
  {
    // The collector looks for ready descriptors each time it restarts the world. If there are no descriptors, the host need
    // not be asked.
    file: "runtime/netpoll_wasip1.go",
    before: `	if len(pollsubs) == 0 {
		unlock(&mtx)`,
    after: `	if len(pollsubs) == 0 || delay == 0 && len(pollsubs) == 1 {
		unlock(&mtx)`,
  },
  {
    // This is the only type constructor of reflect that copies its prototype's link to the pointer type. A program has only
    // the types that it uses, so its prototype has no link. The base keeps all types, so a pointer to a channel would get
    // another type.
    file: "reflect/type.go",
    before: "ch.Hash = fnv1(typ.Hash, 'c', byte(dir))",
    after: "ch.Hash = fnv1(typ.Hash, 'c', byte(dir))\n\tch.PtrToThis = 0",
  },
  {
    // Every http.Transport goes out through the host, not only http.DefaultTransport, because programs make their own
    // transports and clone that one.
    file: "net/http/transport.go",
    before: `		pconn, err := t.getConn(treq, cm)
`,
    after: `		if t.plinthGoesOut(cm) {
			return t.plinthRoundTrip(ctx, cancel, cm, req, origReq)
		}
		pconn, err := t.getConn(treq, cm)
`,
  },
  {
    // The monotonic clock of an image continues from the time of the capture.
    file: "runtime/os_wasip1.go",
    before: `	if clock_time_get(clockMonotonic, 0, &time) != 0 {
		throw("clock_time_get failed")
	}
	return int64(time)`,
    after: `	if clock_time_get(clockMonotonic, 0, &time) != 0 {
		throw("clock_time_get failed")
	}
	return int64(time) + plinthClock.offset`,
  },
];

/** The added files, by their paths below GOROOT/src. */
const runtimeFiles: readonly { file: string; path: string }[] = [
  "runtime/plinth_wasip1.go",
  "runtime/plinth_fresh_wasip1.go",
  "runtime/plinth_memory_wasip1.go",
  "runtime/plinth_startup_wasip1.go",
  "math/rand/plinth_wasip1.go",
  "math/rand/v2/plinth_wasip1.go",
  "crypto/internal/sysrand/plinth_wasip1.go",
  "syscall/plinth_wasip1.go",
  "syscall/plinth_content_wasip1.go",
  "syscall/plinth_descriptors_wasip1.go",
  "syscall/plinth_files_wasip1.go",
  "syscall/plinth_tree_wasip1.go",
  "mime/multipart/plinth_wasip1.go",
  "net/plinth_wasip1.go",
  "net/http/plinth_wasip1.go",
].map((file) => ({ file, path: join(import.meta.dirname, file) }));

/**
 * Makes the contents of every file that differs from GOROOT's, by path below GOROOT/src.
 *
 * @param goroot GOROOT of a toolchain whose sources are installed
 * @throws Error if an edit does not fit this version of Go
 */
export function runtimeOverlay(goroot: string): Map<string, string> {
  const sources = new Map(runtimeFiles.map(({ file, path }) => [file, readFileSync(path, "utf8")]));
  for (const { file, before, after } of runtimeEdits) {
    const source = sources.get(file) ?? readFileSync(join(goroot, "src", file), "utf8");
    const pieces = source.split(before);
    if (pieces.length !== 2) {
      throw new Error(`${file} of ${goroot} has ${pieces.length - 1} places where the SDK's edit fits; it needs one`);
    }
    sources.set(file, pieces.join(after));
  }
  return sources;
}
