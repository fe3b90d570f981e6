;; Packaging: the start of the engine and the heap of the base image. Nothing of this part runs in a slot.
(module
  (import "engine" "QTS_Call" (func $QTS_Call (param i32 i32 i32 i32 i32) (result i32)))
  (import "engine" "QTS_Eval" (func $QTS_Eval (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "engine" "QTS_GetUndefined" (func $QTS_GetUndefined (result i32)))
  (import "engine" "QTS_NewContext" (func $QTS_NewContext (param i32 i32) (result i32)))
  (import "engine" "QTS_NewFunction" (func $QTS_NewFunction (param i32 i32 i32 i32 i32) (result i32)))
  (import "engine" "QTS_NewObject" (func $QTS_NewObject (param i32) (result i32)))
  (import "engine" "QTS_NewRuntime" (func $QTS_NewRuntime (result i32)))
  (import "engine" "QTS_RuntimeSetMaxStackSize" (func $QTS_RuntimeSetMaxStackSize (param i32 i32)))
  (import "engine" "constructors" (func $engine_constructors))
  (import "engine" "free" (func $free (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "values" "release" (func $release (param i32)))
  (import "outcome" "check" (func $check (param i32) (result i32)))
  (import "rejections" "enable_handlers" (func $enable_handlers (result i32)))
  (import "steps" "begin" (func $begin))
  (import "outcome" "log_failure" (func $log_failure))
  (import "state" "memory" (memory 256 32768))
  (import "state" "runtime" (global $runtime i32))
  (import "state" "context" (global $context i32))
  (import "state" "scratch" (global $scratch i32))
  (import "state" "gc_threshold" (global $gc_threshold i32))
  (import "state" "arguments" (global $arguments i32))
  (import "state" "prelude_name" (global $prelude_name i32))

  ;; The engine collects cycles when its heap passes a threshold: 256 KiB at first, then half as much again as was
  ;; alive. A collection walks the whole heap and writes to every object in it. That would touch hundreds of pages for a
  ;; request that makes little garbage and is forgotten afterwards, so the threshold is raised.
  ;;
  ;; The engine's interface has no function for that. The cell of the threshold is found by its first value, which no
  ;; other word of a new JSRuntime has. Returns 1 if this is not so; image.ts then fails.
  (func $find_gc_threshold (result i32)
    (local $cell i32) (local $end i32) (local $found i32) (local $count i32)
    (local.set $cell (i32.load (global.get $runtime)))
    (local.set $end (i32.add (local.get $cell) (i32.const 256)))
    (loop $next
      (if (i32.eq (i32.load (local.get $cell)) (i32.const 262144))
        (then
          (local.set $found (local.get $cell))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))))
      (local.set $cell (i32.add (local.get $cell) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $cell) (local.get $end))))
    (i32.store (global.get $gc_threshold) (local.get $found))
    (i32.ne (local.get $count) (i32.const 1)))

  ;; The engine keeps the source text of each function for Function.prototype.toString: of a class, of each of its
  ;; methods, and so on inwards. The text of the prelude would take a fifth of the base image. The engine can leave it
  ;; out, and then answers "[native code]", as it does for its own functions. Tenants' functions keep their text. The
  ;; engine can leave out the lines, too, because tenants see no frames of the prelude.
  ;;
  ;; The engine's interface has no function for that either. The cell with the flag stands before the table of shapes,
  ;; which begins as 4 bits, 16 places, 0 entries; no other words of a new JSRuntime are these. Returns the cell's address.
  ;; quickjs-ng has no such flag; there the result is a cell that means nothing.
  (func $strip_flags (result i32)
    (local $cell i32) (local $end i32) (local $found i32) (local $count i32)
    (local.set $cell (i32.load (global.get $runtime)))
    (local.set $end (i32.add (local.get $cell) (i32.const 512)))
    (loop $next
      (if (i32.and
            (i64.eq (i64.load (local.get $cell)) (i64.const 0x0000000400000000))
            (i64.eq (i64.load offset=8 (local.get $cell)) (i64.const 16)))
        (then
          (local.set $found (local.get $cell))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))))
      (local.set $cell (i32.add (local.get $cell) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $cell) (local.get $end))))
    (select (local.get $found) (global.get $scratch) (i32.eq (local.get $count) (i32.const 1))))

  ;; Collects once more, with a threshold of 0, and then raises the threshold to 16 MiB.
  (func $collect_garbage
    (i32.store (i32.load (global.get $gc_threshold)) (i32.const 0))
    (call $release (call $QTS_NewObject (i32.load (global.get $context))))
    (i32.store (i32.load (global.get $gc_threshold)) (i32.const 0x1000000)))

  ;; The evaluation of the prelude leaves holes all over the heap, and malloc fills holes first. The small objects of a
  ;; request would land on as many pages as there are holes. Blocks that are never freed plug the holes, so that later
  ;; objects lie together. The old contents of the holes are wiped, so that the image has no pages of them.
  (func $plug_holes
    (local $size i32) (local $top i32) (local $block i32)
    (local.set $top (call $malloc (i32.const 0x40000)))
    (memory.fill (local.get $top) (i32.const 0) (i32.const 0x40000))
    (call $free (local.get $top))
    (local.set $size (i32.const 0x10000))
    (loop $smaller
      (loop $again
        (local.set $block (call $malloc (local.get $size)))
        (memory.fill (local.get $block) (i32.const 0) (local.get $size))
        (br_if $again (i32.lt_u (local.get $block) (local.get $top))))
      (call $free (local.get $block))
      (local.set $size (i32.sub (local.get $size)
        (select (i32.const 8) (i32.const 256) (i32.le_u (local.get $size) (i32.const 1024)))))
      (br_if $smaller (i32.ge_s (local.get $size) (i32.const 8)))))

  ;; Starts the engine and evaluates the prelude, a script whose value is a function that takes the natives. `stack` is
  ;; the engine's limit for its native stack, in bytes. Returns 0 for success, 1 for an error of the prelude, which is
  ;; in the log, and 2 or 3 for a JSRuntime that the adapter does not know.
  (func (export "plinth:init") (param $ptr i32) (param $len i32) (param $stack i32) (result i32)
    (local $boot i32) (local $native i32) (local $strip_flags i32)
    (call $engine_constructors)
    (i32.store (global.get $runtime) (call $QTS_NewRuntime))
    (if (call $find_gc_threshold) (then (return (i32.const 2))))
    (local.set $strip_flags (call $strip_flags))
    (call $QTS_RuntimeSetMaxStackSize (i32.load (global.get $runtime)) (local.get $stack))
    (if (call $enable_handlers) (then (return (i32.const 3))))
    (i32.store (global.get $context) (call $QTS_NewContext (i32.load (global.get $runtime)) (i32.const 0)))
    (call $begin)
    (i32.store8 (i32.add (local.get $ptr) (local.get $len)) (i32.const 0))
    (i32.store8 (local.get $strip_flags) (i32.const 3))
    (local.set $boot (call $QTS_Eval (i32.load (global.get $context)) (local.get $ptr) (local.get $len)
      (global.get $prelude_name) (i32.const 0) (i32.const 0)))
    (i32.store8 (local.get $strip_flags) (i32.const 0))
    (memory.fill (local.get $ptr) (i32.const 0) (local.get $len))
    (call $free (local.get $ptr))
    (block $made
      (loop $next
        (br_if $made (i32.ge_u (local.get $native) (i32.const NATIVE_COUNT)))
        (i32.store (i32.add (global.get $arguments) (i32.shl (local.get $native) (i32.const 2)))
          (call $QTS_NewFunction (i32.load (global.get $context)) (i32.const 0) (i32.const 0) (i32.const 0)
            (i32.add (local.get $native) (i32.const 1))))
        (local.set $native (i32.add (local.get $native) (i32.const 1)))
        (br $next)))
    (i32.store (global.get $scratch) (local.get $boot))
    (if (call $check (call $QTS_Call (i32.load (global.get $context)) (local.get $boot) (call $QTS_GetUndefined)
          (i32.const NATIVE_COUNT) (global.get $arguments)))
      (then
        (call $log_failure)
        (return (i32.const 1))))
    (call $begin)
    (memory.fill (global.get $arguments) (i32.const 0) (i32.shl (i32.const NATIVE_COUNT) (i32.const 2)))
    (call $collect_garbage)
    (call $plug_holes)
    (i32.const 0)))
