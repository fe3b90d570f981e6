/** The files of `deploy/`, checked by the tools that read them, if this machine has these tools. */
import { execFile, execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { settingsOfEnvironment } from "../host/config/environment.ts";
import { settingsSchema } from "../host/config/settings.ts";

const folder = join(import.meta.dirname, "../deploy");
const text = (file: string) => readFile(join(folder, file), "utf8");
const run = promisify(execFile);

function isInstalled(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Options of `plinth serve` in a command line. */
const optionsIn = (line: string) => [...line.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option);

describe("the unit of systemd", () => {
  const unit = join(folder, "systemd/plinth.service");

  it("runs the host with options that there are", async () => {
    const [, command] = /^ExecStart=(.*)$/m.exec(await text("systemd/plinth.service"))!;
    const { stdout } = await run(process.execPath, [join(folder, "../host/cli/plinth.js"), "serve", "--help"]);
    for (const option of optionsIn(command!)) expect(stdout).toContain(`${option} <`);
  });

  it.skipIf(!isInstalled("systemd-analyze", "--version"))("has little exposure (needs systemd-analyze)", async () => {
    const { stdout } = await run("systemd-analyze", ["security", "--offline=true", "--threshold=20", unit]);
    // The command fails above the threshold, 2.0 of 10.
    expect(stdout).toContain("Overall exposure level for plinth.service");
  });

  it.skipIf(!isInstalled("systemd-analyze", "--version"))(
    "allows what switches of memory need (systemd-analyze)",
    async () => {
      const { stdout } = await run("systemd-analyze", ["syscall-filter", "@system-service"]);
      expect(stdout).toMatch(/^ +userfaultfd$/m);
      expect(stdout).toMatch(/^ +ioctl$/m);
    },
  );
});

describe("the container", () => {
  it("has a seccomp profile that allows what switches of memory need", async () => {
    const profile = JSON.parse(await text("docker/seccomp.json"));
    const refused = profile.syscalls.flatMap(({ names }: { names: string[] }) => names);
    expect(profile.defaultAction).toBe("SCMP_ACT_ALLOW");
    for (const call of ["userfaultfd", "ioctl", "mmap", "mprotect", "madvise", "memfd_create", "setpriority", "futex"])
      expect(refused).not.toContain(call);
    for (const call of ["mount", "ptrace", "bpf", "unshare", "io_uring_setup", "init_module"])
      expect(refused).toContain(call);
    expect(new Set(refused).size).toBe(refused.length);
  });

  it("sets variables that the host knows, and runs the packed file by its Node", async () => {
    const dockerfile = await text("docker/Dockerfile");
    const variables = [...dockerfile.matchAll(/(PLINTH_[A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]);
    const known = Object.keys(settingsSchema.properties);
    const settings = settingsOfEnvironment(Object.fromEntries(variables));
    expect(Object.keys(settings).filter((name) => !known.includes(name))).toEqual([]);
    expect(settings).toEqual({ dataDir: "/data", listen: "0.0.0.0:8080", admin: "0.0.0.0:8081" });
    expect(dockerfile).toContain("node_modules/plinth/host/cli/plinth.js");
  });
});

describe("proxies", () => {
  it.skipIf(!isInstalled("caddy", "version"))("Caddy takes its file (needs caddy)", async () => {
    const file = join(folder, "proxy/Caddyfile");
    await run("caddy", ["validate", "--adapter", "caddyfile", "--config", file]);
    const { stdout } = await run("caddy", ["adapt", "--adapter", "caddyfile", "--config", file]);
    expect(JSON.stringify(JSON.parse(stdout))).toContain("/v1/hostnames/check");
  });

  it("nginx passes on what the host believes of a trusted proxy", async () => {
    const file = await text("proxy/nginx.conf");
    for (const line of ["Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"])
      expect(file).toContain(`proxy_set_header ${line};`);
  });
});
