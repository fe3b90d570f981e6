/** The answers of programs to the same requests. */
import { request } from "node:http";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
  /** Time to the answer's head, ms. */
  readonly ms: number;
}

const requests = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/users/7?q=x" },
  { method: "POST", path: "/in", type: "application/json", body: '{"name":"Ann","n":3}' },
] as const;

/** @param base address and path before the requests' own @param host the Host field, if not the address's */
export async function answersOf(base: string, host?: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const one of requests) answers.push(await answerTo(base, one, host));
  return answers;
}

function answerTo(base: string, one: (typeof requests)[number], host?: string): Promise<Answer> {
  const began = performance.now();
  const headers = { ...(host !== undefined && { host }), ...("type" in one && { "content-type": one.type }) };
  return new Promise((resolve, reject) => {
    const call = request(`${base}${one.path}`, { method: one.method, headers }, (response) => {
      const ms = performance.now() - began;
      const { statusCode: status = 0, headers: fields } = response;
      text(response).then((body) => resolve({ status, type: fields["content-type"], body, ms }), reject);
    });
    call.on("error", reject);
    call.end("body" in one ? one.body : undefined);
  });
}

/** The first difference, in words; null if there is none. */
export function difference(native: readonly Answer[], slim: readonly Answer[]): string | null {
  for (const [index, { method, path }] of requests.entries()) {
    const [a, b] = [native[index]!, slim[index]!];
    for (const part of ["status", "type", "body"] as const) {
      if (a[part] !== b[part]) return `${method} ${path}: ${part} ${short(b[part])} instead of ${short(a[part])}`;
    }
  }
  return null;
}

const short = (value: unknown) => JSON.stringify(String(value).slice(0, 200));
