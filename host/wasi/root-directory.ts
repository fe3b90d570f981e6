/**
 * The command's file system: one directory, "/", as descriptor 3.
 *
 * @wasmer/wasi puts a directory of its own in front of the preopened ones: "/" as descriptor 3. Files can be made there,
 * but not be found again (ENOTCAPABLE). The directory that is preopened as "/" is descriptor 4, and programs take the first
 * descriptor that fits. So calls for descriptor 3 go to descriptor 4, and programs do not see 4.
 */
import { ERRNO, type Preview1 } from "./preview1.ts";

const SHOWN = 3;
const REAL = 4;

/** Functions that take a directory, and the positions of their descriptors. */
const POSITIONS: Readonly<Record<string, readonly number[]>> = {
  fd_fdstat_get: [0],
  fd_filestat_get: [0],
  fd_readdir: [0],
  path_create_directory: [0],
  path_filestat_get: [0],
  path_filestat_set_times: [0],
  path_link: [0, 4],
  path_open: [0],
  path_readlink: [0],
  path_remove_directory: [0],
  path_rename: [0, 3],
  path_symlink: [2],
  path_unlink_file: [0],
};

type Call = (...args: unknown[]) => unknown;

/** @param library functions of a WASI that has only "/" preopened */
export function withRootDirectory(library: Preview1): Preview1 {
  const functions = library as Record<string, Call>;
  const { fd_prestat_get, fd_close, fd_renumber } = functions;
  let replaced = false;
  const wrapped = Object.entries(POSITIONS).map(([name, positions]): [string, Call] => [
    name,
    (...args) => {
      if (!replaced) for (const position of positions) if (args[position] === SHOWN) args[position] = REAL;
      return functions[name]!(...args);
    },
  ]);
  return {
    ...functions,
    ...Object.fromEntries(wrapped),
    fd_prestat_get: (descriptor: unknown, out: unknown) =>
      descriptor === REAL && !replaced ? ERRNO.badf : fd_prestat_get!(descriptor, out),
    // A program that closes the directory, or puts a file in its place, means the descriptor itself from then on.
    fd_close: (descriptor: unknown) => {
      const error = fd_close!(descriptor);
      replaced ||= descriptor === SHOWN && error === ERRNO.success;
      return error;
    },
    fd_renumber: (from: unknown, to: unknown) => {
      const error = fd_renumber!(from, to);
      replaced ||= (from === SHOWN || to === SHOWN) && error === ERRNO.success;
      return error;
    },
  };
}
