/** The view of a tenant's versions: deploy, activate, roll back, roll out. */
import { get, send, upload } from "./api.js";
import { act, button, bytes, element, table } from "./dom.js";

export async function versions(place, path) {
  const show = async () => {
    const [{ versions: list }, { rollout }] = await Promise.all([get(`${path}/versions?limit=20`), get(path)]);
    place.replaceChildren(versionTable(list, rollout, change, path), actions(list, rollout, change, path));
  };
  const change = (done, work) =>
    act(done, async () => {
      await work();
      await show();
    });
  await show();
}

function versionTable(list, rollout, change, path) {
  const state = ({ id, active }) => {
    if (active) return "active";
    return rollout?.version === id ? `${rollout.percent} % of the visitors` : "";
  };
  const activate = ({ id, active }) =>
    active
      ? ""
      : button(`Activate ${id}`, () =>
          change(`Version ${id} is active.`, () => send("POST", `${path}/versions/${id}/activate`)),
        );
  return table(
    "Versions",
    [
      { title: "Version", value: ({ id }) => String(id) },
      { title: "State", value: state },
      { title: "Made", value: ({ createdAt }) => new Date(createdAt).toLocaleString() },
      { title: "Kind", value: ({ kind, runtime }) => runtime ?? kind },
      { title: "Size", number: true, value: ({ uploadBytes }) => bytes(uploadBytes) },
      { title: "", value: activate },
    ],
    list,
  );
}

function actions(list, rollout, change, path) {
  const file = element("input", { type: "file", accept: ".wasm", required: true });
  const deploy = element(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        void change("The new version is active.", () => upload(`${path}/versions?activate=true`, file.files[0]));
      },
    },
    element("label", {}, "Component", file),
    element("button", {}, "Deploy"),
  );
  const version = element(
    "select",
    {},
    ...list.filter(({ active }) => !active).map(({ id }) => element("option", {}, String(id))),
  );
  const percent = element("input", { type: "number", min: 0, max: 100, step: "any", value: "10", required: true });
  const roll = element(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const body = { version: Number(version.value), percent: Number(percent.value) };
        void change(`Version ${body.version} gets ${body.percent} %.`, () => send("PUT", `${path}/rollout`, body));
      },
    },
    element("label", {}, "Version", version),
    element("label", {}, "Percent of visitors", percent),
    element("button", { disabled: version.options.length === 0 }, "Roll out"),
  );
  const back = button("Roll back", () =>
    change("The version before is active.", () => send("POST", `${path}/rollback`)),
  );
  const end = button("End the rollout", () =>
    change("The rollout has ended.", () => send("DELETE", `${path}/rollout`)),
  );
  return element("div", { className: "row" }, deploy, roll, back, ...(rollout === null ? [] : [end]));
}
