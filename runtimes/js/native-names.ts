/**
 * The native functions that the adapter lends the prelude. Their order gives their numbers, from 1.
 * `prelude/natives.ts` says what each function does; the compiler compares it with this list. The build compares
 * `adapter/natives.wat` (adapter.ts).
 */
export const nativeNames = [
  "$install",
  "$complete",
  "$decode",
  "$encode",
  "$consumed",
  "$illFormed",
  "$now",
  "$monotonic",
  "$random",
  "$log",
  "$timer",
  "$timerCancel",
  "$memoryRefused",
  "$call",
  "$replyHead",
  "$replyText",
  "$replyBody",
  "$urlShape",
] as const;
