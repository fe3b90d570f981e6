/** Turns undici's errors into the reasons that a program is told, without addresses and names of the host. */
import { PlinthError, plinthError } from "../../errors.ts";
import { wrong } from "./outgoing.ts";

/** undici's words for a redirect that it does not follow (lib/web/fetch), in ours. */
const redirects: Readonly<Record<string, string>> = {
  "redirect count exceeded": "there were more than 20 redirects",
  "unexpected redirect": 'the program asked for none (redirect: "error")',
  "URL scheme must be a HTTP(S) scheme": "the target has a scheme that is neither http nor https",
  'cross origin not allowed for request mode "cors"': "the target's URL has a user or a password",
};

/** Reasons by the error's code, or by its name if undici gives no code. */
const reasons: Readonly<Record<string, string>> = {
  EAI_AGAIN: "no name server answers",
  ECONNREFUSED: "it refuses connections",
  ECONNRESET: "it closed the connection",
  EHOSTUNREACH: "it cannot be reached",
  ENETUNREACH: "it cannot be reached",
  ENODATA: "its name has no address",
  ENOTFOUND: "its name is not known",
  EPIPE: "it closed the connection",
  ESERVFAIL: "its name server fails",
  HTTPParserError: "its answer is not HTTP",
  PLINTH_INFORMATIONAL: "it sends informational responses (1xx) without end",
  PLINTH_PIECES: "it sends its body in too many small pieces",
  ETIMEDOUT: "it does not accept the connection in time",
  ETIMEOUT: "no name server answers",
  UND_ERR_CONNECT_TIMEOUT: "it does not accept the connection in time",
  UND_ERR_HEADERS_OVERFLOW: "its header fields are too large",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "its body is not as long as it says",
  UND_ERR_SOCKET: "it closed the connection",
};

/** Families of codes, by how they begin. */
const families: readonly [start: RegExp, reason: string][] = [
  [/^(Z_|ERR__?ZLIB|ERR_BROTLI|ERR_ZSTD|ZSTD_|ERR_PADDING)/, "its body cannot be decompressed"],
  [/^(CERT_|CRL_|DEPTH_|ERR_SSL_|ERR_TLS_|EPROTO|HOSTNAME_|INVALID_|PATH_|SELF_SIGNED_|UNABLE_)/, "TLS fails"],
];

/** @param host the host in the URL that the fetch began with */
export function failureOf(error: unknown, host: string): PlinthError {
  const chain = causesOf(error);
  const known = chain.find((cause) => cause instanceof PlinthError);
  if (known !== undefined) return known;
  // undici throws faults of the request itself at once. A later fault is the cause of "fetch failed".
  const [first] = chain;
  if (first instanceof TypeError && chain.length === 1 && first.message !== "terminated") {
    return wrong(withoutFullStop(first.message), error);
  }
  const redirect = chain.map(({ message }) => redirects[message]).find((words) => words !== undefined);
  if (redirect !== undefined) return plinthError("PLINTH_FETCH_REDIRECT", [host, redirect], { cause: error });
  const codes = chain.flatMap((cause) => ("code" in cause ? [String(cause.code), cause.name] : []));
  if (codes.includes("ERR_INVALID_URL")) {
    return plinthError("PLINTH_FETCH_REDIRECT", [host, "the target is not a URL"], { cause: error });
  }
  const reason = codes.map(reasonOf).find((words) => words !== undefined) ?? "the connection broke";
  return plinthError("PLINTH_FETCH_FAILED", [host, reason], { cause: error });
}

function reasonOf(code: string): string | undefined {
  const words = reasons[code];
  if (words !== undefined) return words;
  const family = families.find(([start]) => start.test(code));
  return family === undefined ? undefined : `${family[1]} (${code})`;
}

/** The error and its causes, outermost first. */
function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && !chain.includes(next); next = next.cause) chain.push(next);
  return chain;
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, "");
}
