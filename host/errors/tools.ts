import { type ErrorTable, lines } from "./entry.ts";

/** Errors of the command line and the build. */
export const toolErrors = {
  PLINTH_USAGE: {
    status: 400,
    message: "The command cannot be run: %s. plinth --help and docs/reference/cli.md say what it takes.",
  },
  PLINTH_LISTEN: {
    status: 500,
    message:
      "The host cannot listen on %s: %s. Stop what listens there, or choose another address with --listen or --admin.",
  },
  PLINTH_THREADS: {
    status: 500,
    message: lines(
      "The host's worker threads do not start: %s. Give the host more memory and threads, or fewer workers",
      "(PLINTH_WORKERS); if the reason names a file, mend that file.",
    ),
  },
  PLINTH_GROUP_START: {
    status: 500,
    message: lines(
      "The process of the group %s does not start: %s. Check the setting groupCommand, and give the host more memory or",
      "fewer groups.",
    ),
  },
  PLINTH_NODE_VERSION: {
    status: 500,
    message:
      "Plinth needs Node %s or newer and runs on %s. Run it with npx or npm run, which use the Node it brings along.",
  },
  PLINTH_RUNTIME_NOT_BUILT: {
    status: 500,
    message: "The runtime package %s has not been built. Build it with plinth runtime build %s.",
  },
  PLINTH_DOCTOR: {
    status: 500,
    message: "A host cannot run here: %s. The lines above say what to do.",
  },
  PLINTH_INIT_EXISTS: {
    status: 409,
    message: "In %s there is already %s, and plinth init changes no file. Choose another folder, or move these away.",
  },
  PLINTH_NOT_CONFIRMED: {
    status: 400,
    message: "The name was not typed, so nothing was deleted of %s. Run the command again, or give --yes.",
  },
  PLINTH_BUILD_NO_ENTRY: {
    status: 400,
    message: "Found no program to build in %s: tried %s. %s.",
  },
  PLINTH_BUILD_LANGUAGE: {
    status: 400,
    message: "Cannot tell which language %s is in: it has %s. Choose one with %s.",
  },
  PLINTH_RUNTIME_FOLDER: {
    status: 500,
    message: lines(
      "The runtime folder %s cannot be used: %s. PLINTH_RUNTIME_FOLDERS, or runtimeFolders in the settings file,",
      "names the folders.",
    ),
  },
  PLINTH_BINDING_MODULE: {
    status: 500,
    message: lines(
      "The module %s of a binding cannot be used: %s. PLINTH_BINDING_MODULES, or bindingModules in the settings file,",
      "names the modules.",
    ),
  },
  PLINTH_NO_FIGURES: {
    status: 500,
    message: "There are %s. Measure them first: plinth bench%s.",
  },
  PLINTH_BUILD_FAILED: {
    status: 400,
    message: "The build failed: %s. Correct the source and build again.",
  },
  PLINTH_ADMIN_UNREACHABLE: {
    status: 500,
    message:
      "No Plinth host answers at %s (%s). Start one with plinth serve, or set PLINTH_ADMIN to its admin address.",
  },
  PLINTH_TOKEN_MISSING: {
    status: 500,
    message:
      "There is no admin token to call %s with. Set PLINTH_TOKEN, or name the host's admin-token file with --token-file.",
  },
} as const satisfies ErrorTable;
