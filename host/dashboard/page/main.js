/** The dashboard: which view is shown, and whose token it uses. */
import { get, keepToken, token } from "./api.js";
import { element, notice } from "./dom.js";
import { overview } from "./overview.js";
import { tenant } from "./tenant.js";

/** Time between two looks at the numbers, ms. */
const EVERY_MS = 2_000;

const place = document.getElementById("main");
const leave = document.getElementById("leave");
const where = document.getElementById("path");
const who = document.getElementById("who");
let view = new AbortController();

/** Shows the view that the address names, with the token of this tab. */
async function show() {
  view.abort();
  view = new AbortController();
  const { signal } = view;
  leave.hidden = token() === null;
  where.replaceChildren();
  who.textContent = "";
  if (token() === null) {
    askForToken();
    return;
  }
  try {
    const { scope, tenant: own, label } = await get("/token");
    who.textContent = scope === "operator" ? `operator (${label})` : `tenant ${own} (${label})`;
    const name = own ?? decodeURIComponent(location.hash.replace(/^#\/?/, ""));
    document.title = name === "" ? "Plinth" : `${name} - Plinth`;
    if (own === null && name !== "") where.append(element("a", { href: "#/" }, "All tenants"), ` / ${name}`);
    else where.append(name === "" ? "All tenants" : name);
    const every = (look) => repeat(look, signal);
    if (name === "") await overview(place, every);
    else await tenant(place, name, every, signal);
  } catch (error) {
    if (signal.aborted) return;
    notice(error.message, true);
    if (error.code === "PLINTH_UNAUTHORIZED") {
      keepToken(null);
      askForToken();
    }
  }
}

/** Calls `look` now and at intervals until the view ends. A failure is shown, and the next call follows. */
async function repeat(look, signal) {
  while (!signal.aborted) {
    if (!document.hidden) await look().catch((error) => notice(error.message, true));
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

function askForToken() {
  const field = element("input", { type: "password", required: true, autocomplete: "off", size: 50 });
  const form = element(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        keepToken(field.value.trim());
        notice("");
        void show();
      },
    },
    element("label", {}, "Token of the operator or of a tenant", field),
    element("button", {}, "Open"),
  );
  place.replaceChildren(form);
  field.focus();
}

leave.onclick = () => {
  keepToken(null);
  location.hash = "";
  void show();
};
addEventListener("hashchange", () => {
  notice("");
  place.focus();
  void show();
});
void show();
