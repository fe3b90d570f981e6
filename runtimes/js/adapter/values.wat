;; Values of the engine and arguments of natives, in short.
;;
;; The engine's interface speaks of `JSValue*`: a pointer to a malloc'd cell of 8 bytes. "Owned" means that the holder frees
;; it with QTS_FreeValuePointer. A call that runs out of memory returns a null pointer.
(module
  (import "engine" "QTS_FreeValuePointer" (func $QTS_FreeValuePointer (param i32 i32)))
  (import "engine" "QTS_GetFloat64" (func $QTS_GetFloat64 (param i32 i32) (result f64)))
  (import "engine" "QTS_NewFloat64" (func $QTS_NewFloat64 (param i32 f64) (result i32)))
  (import "engine" "QTS_NewString" (func $QTS_NewString (param i32 i32) (result i32)))
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "context" (global $context i32))

  (func $release (export "release") (param $value i32)
    (if (local.get $value)
      (then (call $QTS_FreeValuePointer (i32.load (global.get $context)) (local.get $value)))))

  (func $strlen (export "strlen") (param $ptr i32) (result i32)
    (local $end i32)
    (local $word i64)
    (local.set $end (local.get $ptr))
    (block $done
      (loop $next
        ;; Eight bytes at a time, at addresses that are multiples of 8, so that no read leaves the memory.
        (if (i32.eqz (i32.and (local.get $end) (i32.const 7)))
          (then
            (block $found
              (loop $word
                (local.set $word (i64.load (local.get $end)))
                ;; The top bit of a byte becomes set if the byte is 0. A byte after that one may show it, too.
                (br_if $found (i64.ne (i64.const 0)
                  (i64.and (i64.const 0x8080808080808080)
                    (i64.and (i64.xor (local.get $word) (i64.const -1))
                      (i64.sub (local.get $word) (i64.const 0x0101010101010101))))))
                (local.set $end (i32.add (local.get $end) (i32.const 8)))
                (br $word)))))
        (br_if $done (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $ptr)))

  ;; A malloc'd copy with a NUL after it, or 0 if memory ran out.
  (func $copy_terminated (export "copy_terminated") (param $ptr i32) (param $len i32) (result i32)
    (local $copy i32)
    (local.set $copy (call $malloc (i32.add (local.get $len) (i32.const 1))))
    (if (local.get $copy)
      (then
        (memory.copy (local.get $copy) (local.get $ptr) (local.get $len))
        (i32.store8 (i32.add (local.get $copy) (local.get $len)) (i32.const 0))))
    (local.get $copy))

  ;; The n-th argument of a native call, borrowed. The arguments are an array of JSValue of 8 bytes each.
  (func $argument (export "argument") (param $argv i32) (param $n i32) (result i32)
    (i32.add (local.get $argv) (i32.shl (local.get $n) (i32.const 3))))

  (func $argument_number (export "argument_number") (param $argv i32) (param $n i32) (result f64)
    (call $QTS_GetFloat64 (i32.load (global.get $context)) (call $argument (local.get $argv) (local.get $n))))

  (func $argument_int (export "argument_int") (param $argv i32) (param $n i32) (result i32)
    (i32.trunc_sat_f64_s (call $argument_number (local.get $argv) (local.get $n))))

  (func $new_number (export "new_number") (param $number f64) (result i32)
    (call $QTS_NewFloat64 (i32.load (global.get $context)) (local.get $number)))

  ;; Makes an owned string of a buffer that cabi_realloc made, and frees the buffer. The buffer has room for the NUL. 0
  ;; means that memory ran out.
  (func $take_string (export "take_string") (param $ptr i32) (param $len i32) (result i32)
    (local $value i32)
    (i32.store8 (i32.add (local.get $ptr) (local.get $len)) (i32.const 0))
    (local.set $value (call $QTS_NewString (i32.load (global.get $context)) (local.get $ptr)))
    (call $free (local.get $ptr))
    (local.get $value)))
