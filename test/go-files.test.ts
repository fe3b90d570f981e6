/** The files of Go programs: below /tmp, in the program's own memory. */
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

const MIB = 1 << 20;

describe.skipIf(!goIsInstalled)(`the files of Go programs${needsGo}`, () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ runtimes: ["plinth:go"], cpuMs: 60_000, wallMs: 600_000 });
  });
  afterAll(() => host.close());

  const deploy = async (name: string, body: string, imports: string, top = "") =>
    host.deploy(
      name,
      await goComponent(goHandler(body, imports, `func must(err error) { if err != nil { panic(err) } }\n${top}`)),
    );
  const answer = async (name: string, path = "/") => (await host.fetch(name, path)).text();

  it("are made, read, listed, renamed and removed as on a disk", async () => {
    await deploy(
      "disk",
      `
		say := func(values ...any) { fmt.Fprintln(w, values...) }
		file, err := os.CreateTemp("", "upload-*.txt")
		must(err)
		say(filepath.Dir(file.Name()), strings.HasSuffix(file.Name(), ".txt"))
		fmt.Fprint(file, "hello, ", "files")
		must(file.Truncate(10))
		file.WriteAt([]byte("J"), 0)
		file.Seek(-3, io.SeekEnd)
		rest, err := io.ReadAll(file)
		say(string(rest), err)
		must(os.Remove(file.Name()))
		file.WriteAt([]byte("!"), 12)
		kept := make([]byte, 20)
		n, err := file.ReadAt(kept, 0)
		say(fmt.Sprintf("%q", kept[:n]), err, file.Close(), file.Close() != nil)

		folder, err := os.MkdirTemp("", "work-")
		must(err)
		must(os.Chdir(folder))
		must(os.MkdirAll("a/b/c", 0o700))
		must(os.WriteFile("a/b/one", []byte("1"), 0o600))
		must(os.WriteFile("./a/../two", []byte("22"), 0o600))
		must(os.Rename("two", "a/b/c/two"))
		log, err := os.OpenFile("a/b/one", os.O_APPEND|os.O_WRONLY, 0)
		must(err)
		log.WriteString("+")
		log.WriteString("+")
		_, err = log.Read(kept)
		say(err, log.Close())
		must(fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
			must(err)
			info, err := entry.Info()
			must(err)
			say(path, entry.IsDir(), !entry.IsDir() && info.Size() > 0, time.Since(info.ModTime()) < time.Hour)
			return nil
		}))
		_, exclusive := os.OpenFile("a/b/one", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		say(errors.Is(exclusive, fs.ErrExist), os.Remove("a/b"), os.Mkdir("a", 0o700))
		_, below := os.Stat("a/b/one/more")
		say(below, os.WriteFile("a", nil, 0o600), os.Rename("a", "a/b/c/d"))
		root, err := os.OpenRoot("a")
		must(err)
		must(root.Rename("b/one", "b/c/three"))
		inside, err := root.ReadFile("b/c/three")
		_, outside := root.Open("../../x")
		say(string(inside), err, outside)
		names, err := os.ReadDir("a/b/c")
		say(len(names), names[0].Name(), names[1].Name(), err)
		must(os.RemoveAll(folder))
		entries, err := os.ReadDir("/tmp")
		say(len(entries), err, os.Remove("/tmp"), os.Symlink("/tmp", "/tmp/link"))`,
      "errors fmt io io/fs os path/filepath strings time",
    );
    expect((await answer("disk")).split("\n")).toEqual([
      "/tmp true",
      "fil <nil>",
      '"Jello, fil\\x00\\x00!" EOF <nil> true',
      "read a/b/one: Bad file number <nil>",
      ". true false true",
      "a true false true",
      "a/b true false true",
      "a/b/c true false true",
      "a/b/c/two false true true",
      "a/b/one false true true",
      "true remove a/b: Directory not empty mkdir a: File exists",
      "stat a/b/one/more: Not a directory open a: Is a directory rename a a/b/c/d: Invalid argument",
      "1++ <nil> openat ../../x: path escapes from parent",
      "2 three two <nil>",
      "0 <nil> remove /tmp: Device or resource busy symlink /tmp /tmp/link: Operation not permitted",
      "",
    ]);
  });

  it("wait with a request, are gone after it, and start from those of the start-up", async () => {
    await deploy(
      "life",
      `
		name := "/tmp/of-" + r.URL.RawQuery
		must(os.WriteFile(name, []byte(r.URL.RawQuery), 0o600))
		must(os.WriteFile("/tmp/start", []byte("changed"), 0o600))
		time.Sleep(20 * time.Millisecond)
		entries, err := os.ReadDir("/tmp")
		must(err)
		own, err := os.ReadFile(name)
		must(err)
		fmt.Fprint(w, started, " ", len(entries), " ", string(own), " ", entries[1].Name())`,
      "fmt os time",
      `
var started = func() string {
	before, err := os.ReadFile("/tmp/start")
	must(os.WriteFile("/tmp/start", []byte("begun"), 0o600))
	return fmt.Sprint(len(before), err != nil)
}()`,
    );
    const asked = Array.from({ length: 8 }, (_, request) => String(request));
    const answers = await Promise.all(asked.map((request) => answer("life", `/?${request}`)));
    expect(answers).toEqual(asked.map((request) => `0 true 2 ${request} start`));
  });

  it("have half of the memory that the base leaves, and a full disk is an error that programs know", async () => {
    await deploy(
      "full",
      `
		piece := make([]byte, 1<<20)
		file, err := os.Create("/tmp/large")
		must(err)
		written := 0
		for err == nil {
			var n int
			n, err = file.Write(piece)
			written += n
		}
		info, statErr := file.Stat()
		must(statErr)
		fmt.Fprintln(w, err, errors.Is(err, syscall.ENOSPC), int64(written) == info.Size(), written > 16<<20, written < 32<<20)
		fmt.Fprintln(w, file.Truncate(1<<40), os.WriteFile("/tmp/small", piece, 0o600))
		must(file.Truncate(100))
		fmt.Fprintln(w, os.WriteFile("/tmp/small", piece, 0o600))
		for range 64 {
			must(os.WriteFile("/tmp/again", piece, 0o600))
			must(os.Remove("/tmp/again"))
		}`,
      "errors fmt os syscall",
    );
    expect((await answer("full")).split("\n")).toEqual([
      "write /tmp/large: No space left on device true true true true",
      "truncate /tmp/large: No space left on device write /tmp/small: No space left on device",
      "<nil>",
      "",
    ]);
  });

  for (const memory of ["1 << 10", "32 << 20"]) {
    it(`have the parts of an upload of 8 MiB, where ParseMultipartForm may have ${memory} bytes of memory`, async () => {
      const name = `upload-${memory.length}`;
      await deploy(
        name,
        `
		must(r.ParseMultipartForm(${memory}))
		for _, name := range []string{"first", "second"} {
			file, header, err := r.FormFile(name)
			must(err)
			content, err := io.ReadAll(file)
			must(err)
			fmt.Fprint(w, header.Filename, " ", header.Size, " ", crc32.ChecksumIEEE(content), "; ")
		}
		fmt.Fprint(w, r.FormValue("note"))`,
        "fmt hash/crc32 io",
      );
      const parts = { first: new Uint8Array(8 * MIB).fill(1), second: new Uint8Array(MIB).fill(2) };
      const form = new FormData();
      for (const [part, bytes] of Object.entries(parts)) form.set(part, new Blob([bytes]), `${part}.bin`);
      form.set("note", "last");
      const response = await host.fetch(name, "/", { method: "POST", body: form });
      const { first, second } = parts;
      expect(await response.text()).toBe(
        `first.bin ${8 * MIB} ${crc32(first)}; second.bin ${MIB} ${crc32(second)}; last`,
      );
    });
  }
});
