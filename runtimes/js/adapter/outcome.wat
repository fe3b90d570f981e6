;; The outcome of a step: `complete`, and the ways to fail. The layout of an outcome is in state.wat.
(module
  (import "host" "log" (func $host_log (param $level i32) (param $ptr i32) (param $len i32)))
  (import "engine" "QTS_FreeCString" (func $QTS_FreeCString (param i32 i32)))
  (import "engine" "QTS_GetArrayBuffer" (func $QTS_GetArrayBuffer (param i32 i32) (result i32)))
  (import "engine" "QTS_GetArrayBufferLength" (func $QTS_GetArrayBufferLength (param i32 i32) (result i32)))
  (import "engine" "QTS_GetString" (func $QTS_GetString (param i32 i32) (result i32)))
  (import "engine" "QTS_ResolveException" (func $QTS_ResolveException (param i32 i32) (result i32)))
  (import "engine" "free" (func $free (param i32)))
  (import "values" "argument" (func $argument (param i32 i32) (result i32)))
  (import "values" "argument_int" (func $argument_int (param i32 i32) (result i32)))
  (import "values" "new_number" (func $new_number (param f64) (result i32)))
  (import "values" "release" (func $release (param i32)))
  (import "values" "strlen" (func $strlen (param i32) (result i32)))
  (import "text" "replace_surrogates" (func $replace_surrogates (param i32 i32) (result i32)))
  (import "text" "to_utf8" (func $to_utf8 (param i32) (result i32)))
  (import "headers" "write_headers" (func $write_headers (param i32) (result i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "context" (global $context i32))
  (import "state" "stopping" (global $stopping i32))
  (import "state" "completed" (global $completed i32))
  (import "state" "scratch" (global $scratch i32))
  (import "state" "refused" (global $refused i32))
  (import "state" "outcome" (global $outcome i32))
  (import "state" "held_fields" (global $held_fields i32))
  (import "state" "held_text" (global $held_text i32))
  (import "state" "held_bytes" (global $held_bytes i32))
  (import "state" "held_string" (global $held_string i32))
  (import "state" "tag_early_response" (global $tag_early_response i32))
  (import "state" "level_error" (global $level_error i32))
  (import "state" "tag_failed" (global $tag_failed i32))
  (import "state" "interrupted_text" (global $interrupted_text i32))
  (import "state" "out_of_memory_text" (global $out_of_memory_text i32))

  ;; Frees the memory of the last outcome, which the host has read by now. A memory that serves one request after the
  ;; other would fill up otherwise.
  (func $forget_outcome (export "forget_outcome")
    (call $free (i32.load (global.get $held_fields)))
    (call $free (i32.load (global.get $held_text)))
    (call $free (i32.load (global.get $held_bytes)))
    (if (i32.load (global.get $held_string))
      (then (call $QTS_FreeCString (i32.load (global.get $context)) (i32.load (global.get $held_string)))))
    (i32.store (global.get $held_fields) (i32.const 0))
    (i32.store (global.get $held_text) (i32.const 0))
    (i32.store (global.get $held_bytes) (i32.const 0))
    (i32.store (global.get $held_string) (i32.const 0)))

  (func $fail (param $ptr i32) (param $len i32)
    (i32.store8 (global.get $outcome) (global.get $tag_failed))
    (i32.store offset=4 (global.get $outcome) (local.get $ptr))
    (i32.store offset=8 (global.get $outcome) (local.get $len))
    (i32.store (global.get $completed) (i32.const 1)))

  (func $fail_interrupted (export "fail_interrupted")
    (call $fail (global.get $interrupted_text) (i32.const 11)))

  (func $fail_out_of_memory (export "fail_out_of_memory")
    (call $fail (global.get $out_of_memory_text) (i32.const 13)))

  ;; Writes the message of a failed outcome to the log.
  (func $log_failure (export "log_failure")
    (call $host_log (global.get $level_error)
      (i32.load offset=4 (global.get $outcome)) (i32.load offset=8 (global.get $outcome))))

  ;; Ends the step as failed with an error that got past the prelude. The prelude catches the errors that tenants throw,
  ;; so such an error mostly means that memory ran out. Then the engine may have had no memory left to make an error of.
  (func $fail_with (export "fail_with") (param $error i32)
    (local $text i32)
    (if (i32.load (global.get $refused)) (then (call $fail_out_of_memory) (return)))
    (local.set $text (call $to_utf8 (local.get $error)))
    (if (local.get $text)
      (then
        (i32.store (global.get $held_text) (local.get $text))
        (call $fail (local.get $text) (i32.load (global.get $scratch))))
      (else (call $fail_out_of_memory))))

  ;; Ends the step as failed if the engine was interrupted, if `result` is null, or if `result` is an exception that the
  ;; prelude did not catch. Takes `result`, which is owned. Returns 1 if the step has ended.
  (func $check (export "check") (param $result i32) (result i32)
    (local $error i32)
    (if (i32.load (global.get $stopping))
      (then (call $fail_interrupted) (return (i32.const 1))))
    (if (i32.eqz (local.get $result))
      (then (call $fail_out_of_memory) (return (i32.const 1))))
    (local.set $error (call $QTS_ResolveException (i32.load (global.get $context)) (local.get $result)))
    (call $release (local.get $result))
    (if (i32.eqz (local.get $error)) (then (return (i32.const 0))))
    (call $fail_with (local.get $error))
    (i32.const 1))

  ;; Gives the body of a text to the outcome as the engine's own C string, without a copy. Returns 1 if the text, which has
  ;; `units` of UTF-16, holds a NUL, at which the C string ends too early.
  (func $write_text (param $value i32) (param $units i32) (result i32)
    (local $string i32) (local $len i32)
    (local.set $string (call $QTS_GetString (i32.load (global.get $context)) (local.get $value)))
    (if (i32.eqz (local.get $string)) (then (call $fail_out_of_memory) (return (i32.const 0))))
    (i32.store (global.get $held_string) (local.get $string))
    (local.set $len (call $strlen (local.get $string)))
    (i32.store offset=16 (global.get $outcome) (local.get $string))
    (i32.store offset=20 (global.get $outcome) (local.get $len))
    ;; Only ASCII may still be the engine's own bytes, and ASCII has no surrogates to replace.
    (i32.ne (call $replace_surrogates (local.get $string) (local.get $len)) (local.get $units)))

  ;; complete(tag, status, text, bodyKind, body, length) ends the step. The text of a response is its header fields; the
  ;; text of a failure is its message. bodyKind: 0 no body, 1 a string of `length`, 2 an ArrayBuffer. The result is
  ;; undefined, or the number 1 if the string holds a NUL; then the step has not ended.
  (func $native_complete (export "native_complete") (param $argv i32) (result i32)
    (local $tag i32) (local $kind i32) (local $ptr i32)
    (call $forget_outcome)
    (i32.store (global.get $completed) (i32.const 1))
    (local.set $tag (call $argument_int (local.get $argv) (i32.const 0)))
    (i32.store8 (global.get $outcome) (local.get $tag))
    (if (i32.ge_u (local.get $tag) (global.get $tag_failed)) ;; failed or stuck
      (then
        (local.set $ptr (call $to_utf8 (call $argument (local.get $argv) (i32.const 2))))
        (if (i32.eqz (local.get $ptr)) (then (call $fail_out_of_memory) (return (i32.const 0))))
        (i32.store (global.get $held_text) (local.get $ptr))
        (call $fail (local.get $ptr) (i32.load (global.get $scratch)))
        (i32.store8 (global.get $outcome) (local.get $tag))
        (return (i32.const 0))))
    (if (i32.gt_u (local.get $tag) (global.get $tag_early_response)) (then (return (i32.const 0))))
    (i32.store16 offset=4 (global.get $outcome) (call $argument_int (local.get $argv) (i32.const 1)))
    (if (i32.eqz (call $write_headers (call $argument (local.get $argv) (i32.const 2))))
      (then (call $fail_out_of_memory) (return (i32.const 0))))
    (i32.store offset=16 (global.get $outcome) (i32.const 0))
    (i32.store offset=20 (global.get $outcome) (i32.const 0))
    (local.set $kind (call $argument_int (local.get $argv) (i32.const 3)))
    (if (i32.eqz (local.get $kind)) (then (return (i32.const 0))))
    (if (i32.eq (local.get $kind) (i32.const 1))
      (then
        (if (i32.eqz (call $write_text (call $argument (local.get $argv) (i32.const 4))
              (call $argument_int (local.get $argv) (i32.const 5))))
          (then (return (i32.const 0))))
        (i32.store (global.get $completed) (i32.const 0))
        (return (call $new_number (f64.const 1)))))
    (local.set $ptr
      (call $QTS_GetArrayBuffer (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 4))))
    (if (i32.eqz (local.get $ptr)) (then (call $fail_out_of_memory) (return (i32.const 0))))
    (i32.store (global.get $held_bytes) (local.get $ptr))
    (i32.store offset=16 (global.get $outcome) (local.get $ptr))
    (i32.store offset=20 (global.get $outcome)
      (call $QTS_GetArrayBufferLength
        (i32.load (global.get $context)) (call $argument (local.get $argv) (i32.const 4))))
    (i32.const 0)))
