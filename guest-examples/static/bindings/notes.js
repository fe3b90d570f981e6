/**
 * Notes in KV, as a static component: PUT and GET /notes/NAME, GET /notes, and GET /copy?NAME, which fetches a note from
 * the server in the var SOURCE. Texts are ASCII, because the bare engine of componentize-qjs has no URL and no TextEncoder.
 */

import { fetch } from "plinth:fetch/client@0.1.0";
import { get, list, put } from "plinth:kv/store@0.1.0";
import { get as variable } from "plinth:vars/environment@0.1.0";

const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const answer = (status, text) => ({ status, headers: [["content-type", bytes("text/plain")]], body: bytes(text) });

function route(method, path, body) {
  const [, folder, name] = path.split("/");
  if (folder === "copy") return copy(name);
  if (folder !== "notes") return answer(404, "no such page");
  if (!name) {
    const { keys, cursor } = list("NOTES", {});
    return answer(200, keys.map((key) => key.name).join("\n") + (cursor ? "\n..." : ""));
  }
  if (method === "PUT") return answer(201, `revision ${put("NOTES", name, body, { metadata: '{"by":"hand"}' })}`);
  const note = get("NOTES", name);
  if (!note) return answer(404, "no such note");
  return { status: 200, headers: [["x-metadata", bytes(note.metadata ?? "")]], body: note.value };
}

function copy(name) {
  const { status, body } = fetch({
    method: "GET",
    url: `${variable("SOURCE")}/${name}`,
    headers: [["accept", bytes("text/plain")]],
    body: new Uint8Array(),
    redirect: "follow",
  });
  if (status !== 200) return answer(502, `the source says ${status}`);
  put("NOTES", name, body, {});
  return answer(201, "copied");
}

export const handler = {
  handle({ method, uri, body }) {
    try {
      return route(method, `/${uri.split("/").slice(3).join("/")}`, body);
    } catch (error) {
      // The engine throws the error of a host function, with its record in `payload`.
      if (!error.payload) throw error;
      return answer(500, `${error.payload.code}: ${error.payload.message}`);
    }
  },
};

export const scheduled = {
  run(cron, time) {
    put("NOTES", "last-run", bytes(`${cron} at ${time}`), {});
  },
};
