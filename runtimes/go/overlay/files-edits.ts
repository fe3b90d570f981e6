/**
 * Edits that give a program a folder for its files in its own memory (syscall/plinth_files_wasip1.go), where the host gives
 * it none. The host's functions get other names, and the program's own take their place.
 */
import type { SourceEdit } from "./source-edit.ts";

const system = "syscall/fs_wasip1.go";
const at = "internal/syscall/unix/at_wasip1.go";
const times = "internal/syscall/unix/utimes_wasip1.go";

/** Functions of WASI whose arguments are plain values and pointers. */
const replaced = [
  ..."fd_close fd_filestat_set_size fd_readdir fd_seek fd_filestat_get fd_sync fd_fdstat_get fd_fdstat_set_flags".split(
    " ",
  ),
  ..."fd_prestat_get fd_prestat_dir_name path_create_directory path_filestat_get path_filestat_set_times".split(" "),
  ..."path_link path_readlink path_remove_directory path_rename path_symlink path_unlink_file path_open".split(" "),
];

/** Functions that a second package imports by itself. */
const importedAgain: readonly (readonly [file: string, name: string])[] = [
  [at, "path_unlink_file"],
  [at, "path_remove_directory"],
  [at, "path_filestat_get"],
  [at, "path_readlink"],
  [at, "path_create_directory"],
  [at, "path_rename"],
  [at, "path_link"],
  [at, "path_symlink"],
  [times, "path_filestat_set_times"],
];

/**
 * Functions that give the host the address of a buffer as a number. They are replaced before the buffer becomes a number: a
 * Go function can move the stack, and a buffer on it.
 */
const buffered = [
  ["Read", "fd int, b []byte", "fd, b"],
  ["Write", "fd int, b []byte", "fd, b"],
  ["Pread", "fd int, b []byte, offset int64", "fd, b, offset"],
  ["Pwrite", "fd int, b []byte, offset int64", "fd, b, offset"],
] as const;

const hostImport = (name: string) => `//go:wasmimport wasi_snapshot_preview1 ${name}\n//go:noescape\nfunc `;

export const filesEdits: readonly SourceEdit[] = [
  ...replaced.map((name) => ({
    file: system,
    before: `${hostImport(name)}${name}(`,
    after: `${hostImport(name)}plinth_host_${name}(`,
  })),
  ...importedAgain.map(([file, name]) => ({
    file,
    before: `${hostImport(name)}${name}(`,
    after: `//go:linkname ${name} syscall.${name}\nfunc ${name}(`,
  })),
  ...buffered.map(([name, parameters, passed]) => ({
    file: system,
    before: `func ${name}(${parameters}) (int, error) {\n`,
    after: `func ${name}(${parameters}) (int, error) {
	if plinthOwns(int32(fd)) {
		return plinth${name}(${passed})
	}
`,
  })),
  {
    file: "mime/multipart/formdata.go",
    before: "	maxFileMemoryBytes := maxMemory\n",
    after: "	maxFileMemoryBytes := plinthMaxFileMemory(maxMemory)\n",
  },
];
