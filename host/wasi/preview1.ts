/** WASI preview 1 (https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md): names, numbers, layouts. */

/** The module name that commands import. */
export const PREVIEW1 = "wasi_snapshot_preview1";

/** The values of `errno` that the host answers. */
export const ERRNO = {
  success: 0,
  badf: 8,
  fault: 21,
  inval: 28,
  noent: 44,
  nosys: 52,
  notsup: 58,
  rofs: 69,
} as const;

/** `clockid`. */
export const CLOCK = { realtime: 0, monotonic: 1, processCpuTime: 2, threadCpuTime: 3 } as const;

/** All functions of preview 1: a command may import these and nothing else. */
export const functionNames: ReadonlySet<string> = new Set([
  ..."args_get args_sizes_get environ_get environ_sizes_get clock_res_get clock_time_get".split(" "),
  ..."fd_advise fd_allocate fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights".split(" "),
  ..."fd_filestat_get fd_filestat_set_size fd_filestat_set_times fd_pread fd_prestat_get fd_prestat_dir_name".split(
    " ",
  ),
  ..."fd_pwrite fd_read fd_readdir fd_renumber fd_seek fd_sync fd_tell fd_write".split(" "),
  ..."path_create_directory path_filestat_get path_filestat_set_times path_link path_open path_readlink".split(" "),
  ..."path_remove_directory path_rename path_symlink path_unlink_file".split(" "),
  ..."poll_oneoff proc_exit proc_raise sched_yield random_get".split(" "),
  ..."sock_accept sock_recv sock_send sock_shutdown".split(" "),
]);

/** Functions of preview 1 under their names, as JavaScript calls them: i32 is a number (signed), i64 a bigint. */
export type Preview1 = Record<string, (...args: never[]) => unknown>;
