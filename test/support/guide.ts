/**
 * Follows a guide as its reader does, in a separate shell. It writes the guide's files, runs the commands in their order
 * and compares the output with the guide. Only commands that need the network or a new host are replaced: `git clone` makes
 * a link to this tree, `npm ci` and `npm install` find their packages in this tree, and for `plinth serve` the test's host
 * runs already.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { expect } from "vitest";
import { goEnvironment } from "./go.ts";

const root = join(import.meta.dirname, "..", "..");

interface Block {
  /** The file name before the block, such as "`index.js`:". */
  readonly file: string | undefined;
  /** Language of the block; "" for a command's output. */
  readonly language: string;
  readonly text: string;
}

/** Reads a page's code blocks, in the page's order. @param file path from the root of this tree, or an absolute path */
export async function codeBlocks(file: string): Promise<Block[]> {
  const text = await readFile(resolve(root, file), "utf8");
  const blocks = text.matchAll(/(?:`([^`\n]+)`:\n\n)?^```(\w*)\n(.*?)^```$/gms);
  return [...blocks].map(([, file, language, content]) => ({ file, language: language!, text: content! }));
}

/** The shell runs these lines before the reader types anything. */
const prelude = `
plinth() {
  case "$1" in
    serve) ;;
    tail) run_plinth "$@" > "$HOME/tail" & ;;
    *) run_plinth "$@" ;;
  esac
}
# The caches of Go and of Plinth are in the home of the user who runs the test.
run_plinth() { HOME="$OWNERS_HOME" "$PLINTH_NODE" "$PLINTH_ROOT/host/cli/plinth.js" "$@"; }
git() { ln -s "$PLINTH_ROOT" "$3"; }
npm() {
  [ "$1" = install ] || return 0
  shift
  for package in "$@"; do
    mkdir -p "node_modules/$(dirname "$package")" && ln -s "$PLINTH_ROOT/node_modules/$package" "node_modules/$package"
  done
}
cd "$READER_FOLDER"
`;

const END = "--- the end of a block ---";

export interface ReaderOptions {
  /** URL of the ingress. Neither this nor `admin` ends with a slash. */
  readonly ingress: string;
  readonly admin: string;
  /** Address of the reader's own server, which a guide calls `127.0.0.1:9000`. */
  readonly origin?: string;
  /** Home of the reader, an empty folder. */
  readonly home: string;
  /** Folder in which the reader begins; home if not given. */
  readonly folder?: string;
  /** Token of a reader who has one already. */
  readonly token?: string;
}

export class GuideReader implements AsyncDisposable {
  readonly #shell: ChildProcess;
  readonly #lines: Interface;
  readonly #home: string;
  /** Pairs of an address or path in the guides and its counterpart in the test. */
  readonly #places: readonly (readonly [string, string])[];
  #complaints = "";

  constructor({ ingress, admin, origin = "127.0.0.1:9", home, folder = home, token }: ReaderOptions) {
    const port = new URL(ingress).port;
    this.#home = home;
    this.#places = [
      ["localhost:8080", `localhost:${port}`],
      ["127.0.0.1:8080", `127.0.0.1:${port}`],
      ["127.0.0.1:8081", new URL(admin).host],
      ["127.0.0.1:9000", origin],
      ["/path/to/plinth", root],
      ["/home/you", home],
    ];
    this.#shell = spawn("bash", [], {
      env: {
        PATH: process.env.PATH,
        ...goEnvironment(),
        OWNERS_HOME: goEnvironment().HOME,
        HOME: home,
        XDG_CONFIG_HOME: join(home, ".config"),
        READER_FOLDER: folder,
        PLINTH_ADMIN: admin,
        PLINTH_TOKEN: token,
        PLINTH_ROOT: root,
        PLINTH_NODE: process.execPath,
        NO_COLOR: "1",
      },
      stdio: ["pipe", "pipe", "pipe"],
      // The shell leads a process group, so that one signal ends everything that it starts.
      detached: true,
    });
    this.#shell.stderr!.on("data", (text: Buffer) => {
      this.#complaints += text;
    });
    this.#lines = createInterface({ input: this.#shell.stdout! });
    this.#shell.stdin!.write(prelude);
  }

  /**
   * @param guide as for `codeBlocks`
   * @throws AssertionError if a command fails or its output differs from the guide's
   */
  async follow(guide: string): Promise<void> {
    let done: Block | undefined;
    let output = "";
    for (const block of await codeBlocks(guide)) {
      if (block.language === "sh") {
        done = block;
        output = await this.#run(this.#here(block.text));
      } else if (block.language === "") {
        if (done?.text.includes("plinth tail"))
          throw new Error(`${guide} shows what plinth tail prints before anything happens`);
        await this.#compare(guide, block.text, output, done!);
      } else {
        if (block.file === undefined) throw new Error(`${guide} does not say which file this is:\n${block.text}`);
        await this.#write(block.file, this.#here(block.text));
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#shell, "close");
    process.kill(-this.#shell.pid!, "SIGKILL");
    await closed;
  }

  /** @returns the commands' standard output */
  async #run(commands: string): Promise<string> {
    this.#complaints = "";
    const printed: string[] = [];
    const ended = new Promise<string>((resolve, reject) => {
      const close = () => reject(new Error(`the shell has ended: ${this.#complaints}`));
      this.#lines.once("close", close);
      const take = (line: string): void => {
        const at = line.indexOf(END);
        if (at < 0) return void printed.push(line);
        // Output without a line end stands before the marker on the same line.
        if (at > 0) printed.push(line.slice(0, at));
        this.#lines.off("line", take).off("close", close);
        resolve(line.slice(at + END.length));
      };
      this.#lines.on("line", take);
    });
    const trap = "failed=0; trap 'failed=$?; failure=$BASH_COMMAND' ERR";
    this.#shell.stdin!.write(`${trap}\n${commands}\ntrap - ERR; echo "${END}$failed $failure"; failure=\n`);
    const failed = await ended;
    expect(failed.trim(), `${commands}\n${printed.join("\n")}\n${this.#complaints}`).toBe("0");
    return printed.map((line) => `${line}\n`).join("");
  }

  async #write(file: string, text: string): Promise<void> {
    const path = file.replace(/^~/, this.#home);
    await this.#run(`mkdir -p "$(dirname '${path}')" && cat > '${path}' <<'END OF FILE'\n${text}END OF FILE`);
  }

  async #compare(guide: string, shown: string, output: string, done: Block): Promise<void> {
    const tail = await readFile(join(this.#home, "tail"), "utf8").catch(() => undefined);
    if (tail === undefined || this.#plain(output) === this.#plain(shown)) {
      expect(this.#plain(output), guide).toBe(this.#plain(shown));
      return;
    }
    // `plinth tail` does not say when it begins to listen. The commands are repeated until it shows their lines.
    await expect
      .poll(
        async () => {
          await this.#run(this.#here(done.text));
          return this.#plain(await readFile(join(this.#home, "tail"), "utf8"));
        },
        { timeout: 20_000, interval: 200 },
      )
      .toContain(this.#plain(shown));
  }

  #here(text: string): string {
    return this.#places.reduce((result, [there, here]) => result.replaceAll(there, here), text);
  }

  /** Gives a text with the guide's addresses, without empty lines and without times, sizes and revisions. */
  #plain(text: string): string {
    return this.#places
      .reduce((result, [there, here]) => result.replaceAll(here, there), text)
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, "(time)")
      .replaceAll(/[\d,]+ bytes/g, "(bytes)")
      .replaceAll(/revision \d+/g, "(revision)")
      .replaceAll(/ +$/gm, "")
      .replaceAll(/\n{2,}/g, "\n");
  }
}

/** Creates a folder for a reader's home. */
export async function readersHome(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "plinth-reader-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
