/** Shows a tenant's KV namespaces, with their keys and values. */
import { get, getText } from "./api.js";
import { act, button, bytes, count, element, table } from "./dom.js";

/** Characters of a value that are shown. */
const MOST = 10_000;

export async function kv(place, path) {
  const { namespaces } = await get(`${path}/kv`);
  if (namespaces.length === 0) {
    place.replaceChildren("The tenant has no namespace.");
    return;
  }
  const chosen = element("select", {}, ...namespaces.map(({ name }) => element("option", {}, name)));
  const prefix = element("input", { type: "text" });
  const keys = element("div");
  const value = element("pre", { tabIndex: 0, "aria-label": "Value", "aria-live": "polite" });
  const of = () => `${path}/kv/${encodeURIComponent(chosen.value)}`;
  const show = async () => {
    const query = new URLSearchParams({ limit: "100", ...(prefix.value === "" ? {} : { prefix: prefix.value }) });
    const page = await get(`${of()}/keys?${query}`);
    keys.replaceChildren(keyTable(page.keys, showValue));
    value.textContent = "";
  };
  const showValue = async (key) => {
    const text = await getText(`${of()}/values/${encodeURIComponent(key)}`);
    value.textContent = text.length > MOST ? `${text.slice(0, MOST)}... (${count(text.length)} characters)` : text;
  };
  const form = element(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        void act("The keys are shown.", show);
      },
    },
    element("label", {}, "Namespace", chosen),
    element("label", {}, "Keys that begin with", prefix),
    element("button", {}, "Show"),
  );
  place.replaceChildren(form, keys, value);
}

function keyTable(keys, showValue) {
  const open = ({ key }) => button(key, () => act(`${key} is shown.`, () => showValue(key)));
  return table(
    "Keys",
    [
      { title: "Key", value: open },
      { title: "Size", number: true, value: ({ size }) => bytes(size) },
    ],
    keys,
  );
}
