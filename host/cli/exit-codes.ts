/** The process's exit codes. docs/reference/cli.md lists them. */
export const exitCodes = {
  ok: 0,
  /** The host or the build refused, or failed; standard error says why. */
  failure: 1,
  /** The command line itself is wrong: an unknown option, a missing argument, an impossible value. */
  usage: 2,
  /** No host answers at the admin address. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
