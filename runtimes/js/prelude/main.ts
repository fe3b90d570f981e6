/**
 * The prelude: the global scope of a tenant, as far as it is not the engine's own, and the steps of a request. The
 * prelude is evaluated once, when the runtime is packaged. The memory is then the base image.
 */
import "./globals.ts";
import "./natives-for-node.ts";
import { rejection } from "./rejections.ts";
import { event, load, scheduled, settle, start } from "./steps.ts";

$install(start, event, settle, load, rejection, scheduled);
