;; The functions of the host (docs/reference/javascript.md, "What the host provides"). Only this part imports from the host,
;; so that the merged module imports each function once.
(module
  (func (export "now") (import "plinth:host" "now") (result f64))
  (func (export "monotonic") (import "plinth:host" "monotonic") (result f64))
  (func (export "random") (import "plinth:host" "random") (param $ptr i32) (param $len i32))
  (func (export "log") (import "plinth:host" "log") (param $level i32) (param $ptr i32) (param $len i32))
  (func (export "interrupted") (import "plinth:host" "interrupted") (result i32))
  (func (export "timer_start") (import "plinth:host" "timer_start") (param $ms f64) (result i32))
  (func (export "timer_cancel") (import "plinth:host" "timer_cancel") (param $op i32))
  (func (export "call") (import "plinth:host" "call") (param $ptr i32) (param $len i32) (result i32))
  (func (export "reply_size") (import "plinth:host" "reply_size") (result i32))
  (func (export "reply_take") (import "plinth:host" "reply_take") (param $ptr i32)))
