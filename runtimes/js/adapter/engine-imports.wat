;; The imports of the engine. In the merged module this part stands in for emscripten's page of JavaScript. adapter.ts puts
;; the engine's minified names in place of "engine:abort" and the like.
(module
  (import "host" "interrupted" (func $host_interrupted (result i32)))
  (import "host" "log" (func $host_log (param $level i32) (param $ptr i32) (param $len i32)))
  (import "host" "monotonic" (func $host_monotonic (result f64)))
  (import "host" "now" (func $host_now (result f64)))
  (import "natives" "call_native" (func $call_native (param i32 i32 i32 i32 i32) (result i32)))
  (import "state" "memory" (memory $memory 256 32768))
  (import "state" "stopping" (global $stopping i32))
  (import "state" "refused" (global $refused i32))
  (import "state" "level_debug" (global $level_debug i32))

  (export "engine:memory" (memory $memory))
  (export "engine:callFunction" (func $call_native))

  (func (export "engine:shouldInterrupt") (param $runtime_unused i32) (result i32)
    ;; A step that was asked to stop stays stopped. Code that catches the interruption, which it should not be able to
    ;; catch, gets no further.
    (if (i32.eqz (i32.load (global.get $stopping)))
      (then (i32.store (global.get $stopping) (call $host_interrupted))))
    (i32.load (global.get $stopping)))

  (func (export "engine:dateNow") (result f64) (call $host_now))

  (func (export "engine:clockTimeGet") (param $clock i32) (param $precision i64) (param $out i32) (result i32)
    (i64.store (local.get $out) (i64.trunc_sat_f64_s (f64.mul (f64.const 1e6)
      (if (result f64) (local.get $clock) (then (call $host_monotonic)) (else (call $host_now))))))
    (i32.const 0))

  ;; The memory grows by 1 MiB at least, so that malloc does not come back for each 64 KiB. If the tenant's limit does
  ;; not allow 1 MiB, the memory grows by exactly the pages that malloc lacks.
  (func (export "engine:resizeHeap") (param $wanted i32) (result i32)
    (local $pages i32)
    (local.set $pages (i32.sub
      (i32.add
        (i32.shr_u (local.get $wanted) (i32.const 16))
        (i32.ne (i32.and (local.get $wanted) (i32.const 0xffff)) (i32.const 0)))
      (memory.size)))
    (if (i32.le_s (local.get $pages) (i32.const 0)) (then (return (i32.const 1))))
    (if (i32.lt_u (local.get $pages) (i32.const 16))
      (then
        (if (i32.ne (memory.grow (i32.const 16)) (i32.const -1)) (then (return (i32.const 1))))))
    (if (i32.ne (memory.grow (local.get $pages)) (i32.const -1)) (then (return (i32.const 1))))
    (i32.store (global.get $refused) (i32.const 1))
    (i32.const 0))

  ;; All fields of the struct tm become zero. The engine reads tm_gmtoff only: the time zone of every tenant is UTC.
  (func (export "engine:localtime") (param $time i64) (param $tm i32)
    (memory.fill (local.get $tm) (i32.const 0) (i32.const 44)))

  (func (export "engine:tzset")
    (param $timezone i32) (param $daylight i32) (param $standard_name i32) (param $daylight_name i32)
    (i32.store (local.get $timezone) (i32.const 0))
    (i32.store (local.get $daylight) (i32.const 0))
    (i32.store (local.get $standard_name) (i32.const 0x435455)) ;; "UTC"
    (i32.store (local.get $daylight_name) (i32.const 0x435455)))

  (func (export "engine:environSizesGet") (param $count i32) (param $size i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $size) (i32.const 0))
    (i32.const 0))

  (func (export "engine:environGet") (param i32 i32) (result i32) (i32.const 0))

  ;; The engine writes nothing but its own debugging output.
  (func (export "engine:fdWrite") (param $fd i32) (param $iov i32) (param $count i32) (param $written i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (call $host_log (global.get $level_debug) (i32.load (local.get $iov)) (i32.load offset=4 (local.get $iov)))
        (local.set $sum (i32.add (local.get $sum) (i32.load offset=4 (local.get $iov))))
        (local.set $iov (i32.add (local.get $iov) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.store (local.get $written) (local.get $sum))
    (i32.const 0))

  (func (export "engine:fdClose") (param i32) (result i32) (i32.const 52)) ;; ENOSYS

  (func (export "engine:fdSeek") (param i32 i64 i32 i32) (result i32) (i32.const 70)) ;; ESPIPE

  (func (export "engine:abort") unreachable)

  (func (export "engine:assertFail") (param i32 i32 i32 i32) unreachable)

  (func (export "engine:procExit") (param i32) unreachable)

  (func (export "engine:keepaliveClear"))

  (func (export "engine:setitimer") (param i32 f64) (result i32) (i32.const 0))

  ;; The adapter sets no module loader. The engine itself refuses the import of another module ("could not load
  ;; module").
  (func (export "engine:loadModuleSource") (param i32 i32 i32) (result i32) unreachable)

  (func (export "engine:normalizeModule") (param i32 i32 i32 i32) (result i32) unreachable)

  (func (export "engine:freeHostRef") (param i32 i32)))
