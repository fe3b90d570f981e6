/** A program runs in Node and, built as users build, in a real host. Both answer the same. */
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { embedConfig } from "../../host/manifest/config.ts";
import { buildJavaScript } from "../../runtimes/js/build-tenant.ts";
import type { TestHost } from "./host.ts";
import { logOf } from "./logs.ts";

interface Program {
  fetch(request: Request, env: object): Response | Promise<Response>;
}

/** A request: its path, "/" if not given, and the options of `fetch`. */
export type Send = readonly [path?: string, init?: RequestInit];

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly text: string;
}

export interface Comparison {
  readonly name: string;
  readonly program: URL;
  readonly config?: Parameters<typeof embedConfig>[1];
  readonly requests: readonly Send[];
  /** The names of the headers that are compared. */
  readonly headers: readonly string[];
}

/** @returns the answers, which are the same from Node and from the host */
export async function sameAsNode(host: TestHost, compared: Comparison): Promise<Answer[]> {
  const { name, program: url, config = {}, requests, headers } = compared;
  const { default: program } = (await import(url.href)) as { default: Program };
  const { component } = await buildJavaScript(fileURLToPath(url), { sourceMap: false });
  await host.deploy(name, embedConfig(component, config));
  const answers: Answer[] = [];
  for (const [path = "/", init] of requests) {
    const request = new Request(host.ingressUrl + path, init);
    const inNode = await answerOf(await program.fetch(request, config.vars ?? {}), headers);
    const inHost = await answerOf(
      await host.fetch(name, path, { redirect: "manual", ...init }),
      headers,
      `/t/${name}/`,
    );
    expect(inHost, `${path}\n${await logOf(host, name)}`).toEqual(inNode);
    answers.push(inHost);
  }
  return answers;
}

/** @param base the path of the tenant, which the host puts before those of cookies */
async function answerOf(response: Response, names: readonly string[], base = "/"): Promise<Answer> {
  const headers = Object.fromEntries(
    names.map((name) => [name, response.headers.get(name)?.replaceAll(base, "/") ?? null]),
  );
  return { status: response.status, headers, text: await response.text() };
}
