;; Rejected promises without a handler: the engine tells the adapter of each, and the adapter tells the prelude.
(module
  (import "engine" "QTS_Call" (func $QTS_Call (param i32 i32 i32 i32 i32) (result i32)))
  (import "engine" "QTS_GetUndefined" (func $QTS_GetUndefined (result i32)))
  (import "engine" "QTS_ResolveException" (func $QTS_ResolveException (param i32 i32) (result i32)))
  (import "engine" "QTS_RuntimeEnableInterruptHandler" (func $QTS_RuntimeEnableInterruptHandler (param i32)))
  (import "engine" "malloc" (func $malloc (param i32) (result i32)))
  (import "engine" "table" (table $engine_table ENGINE_TABLE_SIZE ENGINE_TABLE_SIZE funcref))
  (import "values" "release" (func $release (param i32)))
  (import "state" "memory" (memory 256 32768))
  (import "state" "runtime" (global $runtime i32))
  (import "state" "context" (global $context i32))
  (import "state" "on_rejection" (global $on_rejection i32))
  (import "state" "rejection" (global $rejection i32))
  (import "state" "rejection_arguments" (global $rejection_arguments i32))

  (elem (table $engine_table) (i32.const ENGINE_TABLE_FREE) func $on_engine_rejection)

  ;; The engine's JSHostPromiseRejectionTracker. The engine calls it when a promise without a handler is rejected. It
  ;; calls it again, with handled = 1, when that promise gets a handler later. The two values come by value, NaN-boxed;
  ;; in this form a small integer is itself.
  (func $on_engine_rejection
    (param $context_unused i32) (param $promise i64) (param $reason i64) (param $handled i32) (param $opaque_unused i32)
    (local $result i32)
    (i64.store (global.get $rejection) (local.get $promise))
    (i64.store offset=8 (global.get $rejection) (local.get $reason))
    (i64.store offset=16 (global.get $rejection) (i64.extend_i32_u (local.get $handled)))
    (i32.store (global.get $rejection_arguments) (global.get $rejection))
    (i32.store offset=4 (global.get $rejection_arguments) (i32.add (global.get $rejection) (i32.const 8)))
    (i32.store offset=8 (global.get $rejection_arguments) (i32.add (global.get $rejection) (i32.const 16)))
    (if (i32.load (global.get $on_rejection))
      (then
        (local.set $result (call $QTS_Call (i32.load (global.get $context)) (i32.load (global.get $on_rejection))
          (call $QTS_GetUndefined) (i32.const 3) (global.get $rejection_arguments)))
        (if (local.get $result)
          (then
            ;; An error of the prelude here (out of memory) must not be taken for an error of the code that was running.
            (call $release (call $QTS_ResolveException (i32.load (global.get $context)) (local.get $result)))
            (call $release (local.get $result)))))))

  ;; Sets the interrupt handler and the tracker of rejections. Returns 1 if the JSRuntime has another layout than the one
  ;; below.
  ;;
  ;; The engine's interface has no function that sets the tracker. In a JSRuntime the tracker stands just before the
  ;; list of pending jobs. That list is empty now, so both of its words point to the list itself. The list comes after
  ;; the interrupt handler, which is the first word that QTS_RuntimeEnableInterruptHandler changes.
  (func $enable_handlers (export "enable_handlers") (result i32)
    (local $before i32) (local $at i32) (local $end i32)
    (local.set $before (call $malloc (i32.const 256)))
    (memory.copy (local.get $before) (i32.load (global.get $runtime)) (i32.const 256))
    (call $QTS_RuntimeEnableInterruptHandler (i32.load (global.get $runtime)))
    (local.set $at (i32.load (global.get $runtime)))
    (local.set $end (i32.add (local.get $at) (i32.const 200)))
    (loop $same
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const 1))))
      (if (i32.eq (i32.load (local.get $at)) (i32.load (local.get $before)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (local.set $before (i32.add (local.get $before) (i32.const 4)))
          (br $same))))
    (local.set $at (i32.add (local.get $at) (i32.const 12)))
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const 1))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.ne (i32.load (local.get $at)) (local.get $at)))
      (br_if $next (i32.ne (i32.load offset=4 (local.get $at)) (local.get $at))))
    ;; Before the list stand the tracker and a word that the engine passes to it.
    (if (i64.ne (i64.load (i32.sub (local.get $at) (i32.const 8))) (i64.const 0)) (then (return (i32.const 1))))
    (i32.store (i32.sub (local.get $at) (i32.const 8)) (i32.const ENGINE_TABLE_FREE))
    (i32.const 0)))
