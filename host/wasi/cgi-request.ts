/** Hands a request to a program by CGI/1.1 (RFC 3875, section 4) and WAGI: variables, arguments, standard input. */
import type { CgiContext, WireHeader } from "../protocol/http.ts";
import type { WasiInput } from "./types.ts";

export interface CgiRequest extends CgiContext {
  method: string;
  /** The header fields, values as latin1. */
  headers: readonly WireHeader[];
  body: Uint8Array;
}

/**
 * Headers without a variable HTTP_*. Two have variables of their own (RFC 3875, section 4.1.18). The third would become
 * HTTP_PROXY, which HTTP clients take for their proxy's address.
 */
const NOT_HANDED_ON = new Set(["content-type", "content-length", "proxy"]);

/**
 * @param own the tenant's variables. Variables of CGI go before them, and only the request sets HTTP_*, so that a
 *   program can trust that a header that it does not find was not sent
 */
export function cgiInput(request: CgiRequest, own: Readonly<Record<string, string>> = {}): WasiInput {
  const { method, scheme, host, path, mount, clientAddress, clientPort, body } = request;
  const queryAt = path.indexOf("?");
  const rawPath = queryAt < 0 ? path : path.slice(0, queryAt);
  const query = queryAt < 0 ? "" : path.slice(queryAt + 1);
  const { name, port } = splitHost(host, scheme);
  const pathInfo = decodePath(rawPath);
  const env: Record<string, string> = {
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith("HTTP_"))),
    ...httpVariables(request.headers),
    AUTH_TYPE: "",
    CONTENT_LENGTH: String(body.byteLength),
    CONTENT_TYPE: firstValue(request.headers, "content-type"),
    GATEWAY_INTERFACE: "CGI/1.1",
    // A variable beyond RFC 3875. Apache sets it for https alone, and Go's net/http/cgi and others go by it.
    ...(scheme === "https" && { HTTPS: "on" }),
    PATH_INFO: pathInfo,
    PATH_TRANSLATED: pathInfo,
    QUERY_STRING: query,
    REMOTE_ADDR: clientAddress,
    REMOTE_HOST: clientAddress,
    // A variable beyond RFC 3875. Apache and Go's net/http/cgi have it.
    REMOTE_PORT: String(clientPort),
    REMOTE_USER: "",
    REQUEST_METHOD: method,
    // A variable beyond RFC 3875, which Go's net/http/cgi reads. It is without the mount, as tenants of the other kinds
    // see the path.
    REQUEST_URI: path,
    SCRIPT_NAME: mount,
    SERVER_NAME: name,
    SERVER_PORT: port,
    SERVER_PROTOCOL: "HTTP/1.1",
    SERVER_SOFTWARE: "Plinth",
    X_FULL_URL: `${scheme}://${host}${mount}${path}`,
    X_MATCHED_ROUTE: `${mount}/...`,
    X_RAW_PATH_INFO: rawPath,
  };
  const args = [pathInfo, ...query.split("&").filter((item) => item !== "")];
  return { args, env, stdin: body };
}

function httpVariables(headers: CgiRequest["headers"]): Record<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of headers) {
    // "-" becomes "_", so a name that has a "_" already could pass for another header.
    if (NOT_HANDED_ON.has(name) || name.includes("_")) continue;
    const variable = `HTTP_${name.toUpperCase().replaceAll("-", "_")}`;
    const before = variables.get(variable);
    const separator = name === "cookie" ? "; " : ", ";
    variables.set(variable, before === undefined ? text(value) : before + separator + text(value));
  }
  return Object.fromEntries(variables);
}

function firstValue(headers: CgiRequest["headers"], wanted: string): string {
  const found = headers.find(([name]) => name === wanted);
  return found === undefined ? "" : text(found[1]);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Variables are UTF-8. A value that is no UTF-8 is taken for latin1 (RFC 9110, section 5.5). */
function text(latin1Value: string): string {
  try {
    return utf8.decode(Buffer.from(latin1Value, "latin1"));
  } catch {
    return latin1Value;
  }
}

/** PATH_INFO is decoded (RFC 3875, section 4.1.5). A path that cannot be decoded to text stays as it is. */
function decodePath(path: string): string {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes("\0") ? path : decoded;
  } catch {
    return path;
  }
}

function splitHost(host: string, scheme: CgiRequest["scheme"]): { name: string; port: string } {
  const match = /^(.*?)(?::(\d+))?$/s.exec(host)!;
  return { name: match[1]!, port: match[2] ?? (scheme === "https" ? "443" : "80") };
}
