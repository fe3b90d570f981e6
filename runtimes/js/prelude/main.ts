/**
 * The prelude: everything a tenant finds in its global scope beside the engine's own, and the steps of a request. Evaluated once,
 * when the runtime is packaged; its memory is the base image.
 */
import "./globals.ts";
import { loadModule } from "./handler.ts";
import { rejection } from "./rejections.ts";
import { event, settle, start } from "./steps.ts";

$install(start, event, settle, loadModule, rejection);
