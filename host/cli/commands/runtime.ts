import { Command } from "commander";
import { examples, type Surroundings } from "../context.ts";
import { buildRuntimeCommand } from "./runtime-build.ts";
import { listRuntimesCommand } from "./runtime-list.ts";

export function runtimeCommand(surroundings: Surroundings): Command {
  return new Command("runtime")
    .description("the runtime packages of this machine, which hosts load when they start")
    .addHelpText("after", examples("plinth runtime list", "plinth runtime build go"))
    .addCommand(listRuntimesCommand(surroundings))
    .addCommand(buildRuntimeCommand(surroundings));
}
