;; UTF-8: conversions between the engine's C strings and UTF-8, and the natives `decode` and `encode`.
(module
  (import "engine" "QTS_FreeCString" (func $QTS_FreeCString (param i32 i32)))
  (import "engine" "QTS_GetArrayBuffer" (func $QTS_GetArrayBuffer (param i32 i32) (result i32)))
  (import "engine" "QTS_GetArrayBufferLength" (func $QTS_GetArrayBufferLength (param i32 i32) (result i32)))
  (import "engine" "QTS_GetString" (func $QTS_GetString (param i32 i32) (result i32)))
  (import "engine" "QTS_NewArrayBuffer" (func $QTS_NewArrayBuffer (param i32 i32 i32) (result i32)))
  (import "engine" "QTS_NewString" (func $QTS_NewString (param i32 i32) (result i32)))
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "values" "argument_int" (func $argument_int (param i32 i32) (result i32)))
  (import "values" "copy_terminated" (func $copy_terminated (param i32 i32) (result i32)))
  (import "values" "strlen" (func $strlen (param i32) (result i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "context" (global $context i32))
  (import "state" "consumed" (global $consumed i32))
  (import "state" "ill_formed" (global $ill_formed i32))
  (import "state" "scratch" (global $scratch i32))

  ;; The engine writes a lone surrogate as three bytes ED A0..BF xx, which are no UTF-8. Each becomes a U+FFFD, as in a
  ;; USVString. Returns the length in UTF-16, by which a caller can tell whether the engine's string goes on after a NUL.
  (func $replace_surrogates (export "replace_surrogates") (param $ptr i32) (param $len i32) (result i32)
    (local $end i32) (local $byte i32) (local $next i32) (local $units i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $again
        ;; Texts with few characters of ASCII in a row should not try this for every byte.
        (if (i32.eqz (i32.and (local.get $ptr) (i32.const 7)))
          (then
            (local.set $next (call $skip_plain (local.get $ptr) (local.get $end)))
            (local.set $units (i32.add (local.get $units) (i32.sub (local.get $next) (local.get $ptr))))
            (local.set $ptr (local.get $next))))
        (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $ptr)))
        (if (i32.eq (local.get $byte) (i32.const 0xed))
          (then
            (if (i32.ge_u (i32.load8_u offset=1 (local.get $ptr)) (i32.const 0xa0))
              (then
                (i32.store16 align=1 (local.get $ptr) (i32.const 0xbfef))
                (i32.store8 offset=2 (local.get $ptr) (i32.const 0xbd))))))
        ;; A sequence counts by its first byte: one of four bytes is a pair in UTF-16.
        (local.set $units (i32.add (local.get $units)
          (i32.add
            (i32.ne (i32.and (local.get $byte) (i32.const 0xc0)) (i32.const 0x80))
            (i32.ge_u (local.get $byte) (i32.const 0xf0)))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $again)))
    (local.get $units))

  ;; Gives the UTF-8 of a string without NULs, malloc'd, or 0 if memory ran out. The length goes to $scratch.
  (func $to_utf8 (export "to_utf8") (param $value i32) (result i32)
    (local $text i32) (local $copy i32) (local $len i32)
    (local.set $text (call $QTS_GetString (i32.load (global.get $context)) (local.get $value)))
    (if (i32.eqz (local.get $text)) (then (return (i32.const 0))))
    (local.set $len (call $strlen (local.get $text)))
    (local.set $copy (call $copy_terminated (local.get $text) (local.get $len)))
    (call $QTS_FreeCString (i32.load (global.get $context)) (local.get $text))
    (if (local.get $copy) (then (drop (call $replace_surrogates (local.get $copy) (local.get $len)))))
    (i32.store (global.get $scratch) (local.get $len))
    (local.get $copy))

  ;; Gives the length of the well-formed UTF-8 sequence at the start of [ptr, end): 1 to 4. If the sequence is
  ;; ill-formed, gives the length of its "maximal subpart", negated (Unicode 16, section 3.9, table 3-7, which the
  ;; Encoding Standard follows).
  (func $sequence (export "sequence") (param $ptr i32) (param $end i32) (result i32)
    (local $lead i32) (local $need i32) (local $low i32) (local $high i32) (local $have i32) (local $byte i32)
    (local.set $lead (i32.load8_u (local.get $ptr)))
    (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then (return (i32.const 1))))
    (if (i32.or (i32.lt_u (local.get $lead) (i32.const 0xc2)) (i32.gt_u (local.get $lead) (i32.const 0xf4)))
      (then (return (i32.const -1))))
    (local.set $need (i32.add (i32.add (i32.const 2)
      (i32.ge_u (local.get $lead) (i32.const 0xe0))) (i32.ge_u (local.get $lead) (i32.const 0xf0))))
    (local.set $low (i32.const 0x80))
    (local.set $high (i32.const 0xbf))
    (if (i32.eq (local.get $lead) (i32.const 0xe0)) (then (local.set $low (i32.const 0xa0))))
    (if (i32.eq (local.get $lead) (i32.const 0xed)) (then (local.set $high (i32.const 0x9f))))
    (if (i32.eq (local.get $lead) (i32.const 0xf0)) (then (local.set $low (i32.const 0x90))))
    (if (i32.eq (local.get $lead) (i32.const 0xf4)) (then (local.set $high (i32.const 0x8f))))
    (local.set $have (i32.const 1))
    (loop $next
      (if (i32.ge_u (i32.add (local.get $ptr) (local.get $have)) (local.get $end))
        (then (return (i32.sub (i32.const 0) (local.get $have)))))
      (local.set $byte (i32.load8_u (i32.add (local.get $ptr) (local.get $have))))
      (if (i32.or (i32.lt_u (local.get $byte) (local.get $low)) (i32.gt_u (local.get $byte) (local.get $high)))
        (then (return (i32.sub (i32.const 0) (local.get $have)))))
      (local.set $low (i32.const 0x80))
      (local.set $high (i32.const 0xbf))
      (local.set $have (i32.add (local.get $have) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $have) (local.get $need))))
    (local.get $need))

  ;; Skips ASCII without NULs, eight bytes at a time. Returns the address where a closer look has to begin.
  (func $skip_plain (export "skip_plain") (param $ptr i32) (param $end i32) (result i32)
    (local $word i64)
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (i32.add (local.get $ptr) (i32.const 8)) (local.get $end)))
        (local.set $word (i64.load align=1 (local.get $ptr)))
        ;; The top bit of a byte is set if the byte is no ASCII. After 1 is subtracted, it is set for a NUL, too.
        (br_if $done (i64.ne (i64.const 0)
          (i64.and (i64.const 0x8080808080808080)
            (i64.or (local.get $word) (i64.sub (local.get $word) (i64.const 0x0101010101010101))))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
        (br $next)))
    (local.get $ptr))

  ;; decode(buffer, offset) gives the UTF-8 text of an ArrayBuffer from a byte offset to the first NUL byte, or to the
  ;; end. Ill-formed bytes become U+FFFD. $consumed tells how many bytes were read, and $ill_formed whether any were
  ;; ill-formed.
  (func $native_decode (export "native_decode") (param $argv i32) (result i32)
    (local $buffer i32) (local $from i32) (local $at i32) (local $end i32) (local $out i32) (local $to i32) (local $bad i32)
    (local $step i32) (local $value i32)
    (i32.store (global.get $consumed) (i32.const 0))
    (local.set $buffer (call $QTS_GetArrayBuffer (i32.load (global.get $context)) (local.get $argv)))
    (if (i32.eqz (local.get $buffer)) (then (return (i32.const 0))))
    (local.set $end (i32.add (local.get $buffer)
      (call $QTS_GetArrayBufferLength (i32.load (global.get $context)) (local.get $argv))))
    (local.set $from (i32.add (local.get $buffer) (call $argument_int (local.get $argv) (i32.const 1))))
    ;; The first pass finds where the text ends, and how many sequences become U+FFFD.
    (local.set $at (local.get $from))
    (block $measured
      (loop $next
        (local.set $at (call $skip_plain (local.get $at) (local.get $end)))
        (br_if $measured (i32.ge_u (local.get $at) (local.get $end)))
        (br_if $measured (i32.eqz (i32.load8_u (local.get $at))))
        (local.set $step (call $sequence (local.get $at) (local.get $end)))
        (if (i32.lt_s (local.get $step) (i32.const 0))
          (then
            (local.set $step (i32.sub (i32.const 0) (local.get $step)))
            (local.set $bad (i32.add (local.get $bad) (i32.const 1)))))
        (local.set $at (i32.add (local.get $at) (local.get $step)))
        (br $next)))
    (local.set $end (local.get $at))
    (i32.store (global.get $consumed) (i32.sub (local.get $end) (local.get $from)))
    (i32.store (global.get $ill_formed) (i32.ne (local.get $bad) (i32.const 0)))
    (local.set $out (call $malloc (i32.add
      (i32.add (i32.sub (local.get $end) (local.get $from)) (i32.const 1)) (i32.shl (local.get $bad) (i32.const 1)))))
    (if (i32.eqz (local.get $out))
      (then (call $free (local.get $buffer)) (return (i32.const 0))))
    ;; The second pass copies.
    (local.set $to (local.get $out))
    (if (i32.eqz (local.get $bad))
      (then
        (memory.copy (local.get $out) (local.get $from) (i32.sub (local.get $end) (local.get $from)))
        (local.set $to (i32.add (local.get $out) (i32.sub (local.get $end) (local.get $from)))))
      (else
        (local.set $at (local.get $from))
        (block $copied
          (loop $next
            (br_if $copied (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $step (call $sequence (local.get $at) (local.get $end)))
            (if (i32.lt_s (local.get $step) (i32.const 0))
              (then
                (i32.store16 (local.get $to) (i32.const 0xbfef))
                (i32.store8 offset=2 (local.get $to) (i32.const 0xbd))
                (local.set $to (i32.add (local.get $to) (i32.const 3)))
                (local.set $at (i32.sub (local.get $at) (local.get $step))))
              (else
                (memory.copy (local.get $to) (local.get $at) (local.get $step))
                (local.set $to (i32.add (local.get $to) (local.get $step)))
                (local.set $at (i32.add (local.get $at) (local.get $step)))))
            (br $next)))))
    (i32.store8 (local.get $to) (i32.const 0))
    (local.set $value (call $QTS_NewString (i32.load (global.get $context)) (local.get $out)))
    (call $free (local.get $out))
    (call $free (local.get $buffer))
    (local.get $value))

  ;; encode(text) gives the UTF-8 of a string without NULs as an ArrayBuffer.
  (func $native_encode (export "native_encode") (param $argv i32) (result i32)
    (local $bytes i32)
    (local.set $bytes (call $to_utf8 (local.get $argv)))
    (if (i32.eqz (local.get $bytes)) (then (return (i32.const 0))))
    (call $QTS_NewArrayBuffer (i32.load (global.get $context)) (local.get $bytes) (i32.load (global.get $scratch)))))
