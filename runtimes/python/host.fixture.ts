/** A host that has the Python runtime, with a folder for projects. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { runCommand } from "../../test/support/cli-in-process.ts";
import { startTestHost, type TestHost, type TestHostOptions } from "../../test/support/host.ts";
import { logOf } from "../../test/support/logs.ts";
import { buildPython, pythonComponent } from "./build-tenant.ts";
import { type Profile, webProfile } from "./profile.ts";

/** Texts of files by their names; a single text is the text of main.py. */
type Files = string | Readonly<Record<string, string>>;

export class PythonHost implements AsyncDisposable {
  readonly host: TestHost;
  /** The folder that holds the projects. */
  readonly work: string;

  readonly #profile: Profile;

  private constructor(host: TestHost, work: string, profile: Profile) {
    this.host = host;
    this.work = work;
    this.#profile = profile;
  }

  static async start(options: TestHostOptions = {}, profile: Profile = webProfile): Promise<PythonHost> {
    const work = await mkdtemp(join(tmpdir(), "plinth-python-"));
    const host = await startTestHost({ runtimes: ["plinth:js", profile.runtime], workers: 2, ...options });
    return new PythonHost(host, work, profile);
  }

  /** Runs a command that has to succeed. @returns its output */
  async plinth(...args: string[]): Promise<string> {
    const { adminUrl, token } = this.host;
    const env = { PLINTH_ADMIN: adminUrl, PLINTH_TOKEN: token, XDG_CONFIG_HOME: join(this.work, "config") };
    const { code, stdout, stderr } = await runCommand(args, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  }

  /** Makes a project of a template and deploys it, both by the command line. The component has kilobytes. */
  async deployTemplate(template: string, name: string): Promise<void> {
    const folder = join(this.work, name);
    await this.plinth("init", folder, "--template", template);
    const built = JSON.parse(await this.plinth("build", folder, "--json"));
    expect(built.language).toBe(template);
    expect(built.sizes.component).toBeLessThan(4096);
    await this.plinth("deploy", folder);
  }

  /** @returns the project's folder */
  async projectOf(name: string, files: Files): Promise<string> {
    const folder = join(this.work, name);
    for (const [file, text] of Object.entries(typeof files === "string" ? { "main.py": files } : files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    return folder;
  }

  async deploy(name: string, files: Files): Promise<void> {
    const { program } = await buildPython(await this.projectOf(name, files), this.#profile);
    await this.host.deploy(name, pythonComponent(program, this.#profile));
  }

  fetch(name: string, path?: string, init?: RequestInit): Promise<Response> {
    return this.host.fetch(name, path, init);
  }

  async text(name: string, path?: string, init?: RequestInit): Promise<string> {
    return (await this.fetch(name, path, init)).text();
  }

  log(name: string): Promise<string> {
    return logOf(this.host, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    await rm(this.work, { recursive: true });
  }
}
