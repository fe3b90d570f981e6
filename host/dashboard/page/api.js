/** Calls the admin API. The token is kept for this tab only, and goes in a header, never in an address. */
const KEY = "plinth-token";

export function token() {
  return sessionStorage.getItem(KEY);
}

/** @param {string | null} text the token; null forgets it */
export function keepToken(text) {
  if (text === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, text);
}

/** Sends a request. @throws Error with the host's sentence */
async function request(path, init = {}) {
  const headers = { ...init.headers, authorization: `Bearer ${token()}` };
  const response = await fetch(`/v1${path}`, { ...init, headers });
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  const error = new Error(body.error?.message ?? `The host answers ${response.status}.`);
  error.code = body.error?.code;
  throw error;
}

export async function get(path) {
  return (await request(path)).json();
}

export async function getText(path) {
  return (await request(path)).text();
}

/** @param {unknown} body is sent as JSON; undefined for none */
export async function send(method, path, body) {
  const json =
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  await request(path, { method, ...json });
}

/** @param {File} file a component */
export async function upload(path, file) {
  const response = await request(path, { method: "POST", headers: { "content-type": "application/wasm" }, body: file });
  return response.json();
}

/** Reads lines of NDJSON until the signal is aborted or the host ends the stream. */
export async function* lines(path, signal) {
  const response = await request(path, { signal });
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop();
    for (const part of parts) if (part !== "") yield JSON.parse(part);
  }
}

export const tenantPath = (name) => `/tenants/${encodeURIComponent(name)}`;
