import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { dataModulePolicy } from "../../runtimes/data-module.ts";
import { slimComponent, wat } from "./component.fixture.ts";
import { loadResumableGlue } from "./glue/glue.ts";
import { transpileComponent } from "./glue/transpile.ts";
import { compilePolicy } from "./policy/tenant-policy.ts";
import { validateTenantModule } from "./policy/validate-tenant-module.ts";
import { parseComponent } from "./read/component.ts";

const page = readFileSync(new URL("../../docs/reference/slim-components.md", import.meta.url), "utf8");

const exampleSource = /\(data \$source "(.*)"\)/.exec(page)![1]!;

it("the example of docs/reference/slim-components.md is what plinth build writes", async () => {
  const text = /```wat\n(.*?)```/s.exec(page)?.[1];
  const bytes = await wat(text!);
  const component = parseComponent(bytes);
  if (component.kind !== "slim") throw new Error("not a slim component");
  const built = parseComponent(slimComponent(exampleSource));
  if (built.kind !== "slim") throw new Error("not a slim component");

  expect(component.imports[0]?.type).toEqual(built.imports[0]?.type);
  expect(component.lifts.length).toBe(2);
  const [, app] = component.coreModules;
  if (app?.kind !== "embedded") throw new Error("no app module");
  const code = bytes.subarray(app.start, app.end);
  // The text format's names go into a custom section, which the policy does not allow and a build strips.
  const policy = compilePolicy({ ...dataModulePolicy, sections: [...dataModulePolicy.sections, "custom"] });
  const module = validateTenantModule(code, policy, app.start);
  const [data] = module.data;
  expect(data!.contents.end - data!.contents.start).toBe(exampleSource.length);
  expect(text!.match(/i32\.const (\d+)\)\)\)$/m)?.[1]).toBe(String(exampleSource.length));

  const { glue } = await transpileComponent(bytes, { mode: "sync" });
  expect(loadResumableGlue(glue).instantiate).toBeTypeOf("function");
});

it("the page gives the size that a component takes beside the source", () => {
  const overhead = slimComponent(exampleSource).length - exampleSource.length;
  expect(page).toContain(`it takes ${overhead} bytes beside the program's source`);
});
