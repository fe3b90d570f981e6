/**
 * The adapter between CPython and the ABI of runtimes: functions that are added to CPython's module. They only carry
 * bytes; the rest is Python (library/). Python calls them by `_host.call`, whose frames begin with an operation and one
 * number.
 */
import type { FunctionType } from "../../../host/component/read/module-type.ts";
import { resumableExports, resumableInterface } from "../../../host/component/write/resumable-world.ts";

export interface AdapterFunction {
  /** The name by which other functions of the adapter call the function. */
  readonly name: string;
  /** The name of its export, if it has one. */
  readonly exported?: string;
  readonly type: FunctionType;
  /** Number of locals. All are of type i32, and follow the parameters. */
  readonly locals: number;
  readonly body: string;
}

/** Functions of the host that the adapter imports, as host/worker/host-calls.ts has them. */
export const hostFunctions: Readonly<Record<string, FunctionType>> = {
  call: { params: ["i32", "i32"], results: ["i32"] },
  reply_size: { params: [], results: ["i32"] },
  reply_take: { params: ["i32"], results: [] },
  timer_start: { params: ["f64"], results: ["i32"] },
  timer_cancel: { params: ["i32"], results: [] },
};

/** Mutable globals of the adapter, of type i32 and zero at first. */
export const adapterGlobals = ["step", "input"] as const;

/** The export that is called once, when the image is made. It names the callable that every step calls. */
export const bindExport = "plinth:bind";

/** Bytes of `input`: the kind of the step, the arguments of the host, and at 36 the address of the outcome. */
const INPUT_BYTES = 40;
const OUTCOME_AT = 36;

const [, start, resume] = resumableExports;
const typeOf = (entry: (typeof resumableExports)[number] | undefined) =>
  entry!.type as FunctionType & { kind: "function" };

/** Puts the kind of a step and its parameters into `input`, and calls Python. */
function step(kind: number, parameters: number): string {
  const stores = Array.from(
    { length: parameters },
    (_, index) => `
    global.get input; local.get ${index}; i32.store 2 ${4 + 4 * index}`,
  );
  return `
    global.get input; i32.const ${kind}; i32.store 2 0
    ${stores.join("")}
    global.get input; i32.const 0; i32.store 2 ${OUTCOME_AT}
    global.get step; call PyObject_CallNoArgs
    i32.eqz
    if empty
      ;; Python's part of a step answers whatever happens. An error that leaves it has broken the part itself.
      call PyErr_Print
      unreachable
    end
    global.get input; i32.load 2 ${OUTCOME_AT}`;
}

/**
 * The operations of frames, by their numbers. Locals: 0 the frame, 1 its length, 2 and 3 the places for the answer's
 * address and length.
 */
const operations: readonly string[] = [
  // 0, input: the input of the step, and its address.
  `i32.const ${INPUT_BYTES + 4}; call malloc; local.set 4
   local.get 4; global.get input; i32.store 2 0
   local.get 4; i32.const 4; i32.add; global.get input; i32.const ${INPUT_BYTES}; memory.copy 0 0
   i32.const ${INPUT_BYTES + 4}; local.set 5`,
  // 1, peek: bytes from an address.
  `local.get 0; i32.load 2 8; local.tee 5; call malloc; local.tee 4
   local.get 0; i32.load 2 4; local.get 5; memory.copy 0 0`,
  // 2, poke: bytes to an address.
  `local.get 0; i32.load 2 4
   local.get 0; i32.const 8; i32.add; local.get 1; i32.const 8; i32.sub; memory.copy 0 0`,
  // 3, allocate.
  `i32.const 4; call malloc; local.tee 4; local.get 0; i32.load 2 4; call malloc; i32.store 2 0
   i32.const 4; local.set 5`,
  // 4, free.
  "local.get 0; i32.load 2 4; call free",
  // 5, call of a binding: answers with the number of its operation, or with 0 and the reply.
  `local.get 0; i32.const 8; i32.add; local.get 1; i32.const 8; i32.sub; call host:call; local.set 6
   i32.const 4; local.set 5
   local.get 6; i32.eqz
   if empty
     call host:reply_size; i32.const 4; i32.add; local.set 5
   end
   local.get 5; call malloc; local.tee 4; local.get 6; i32.store 2 0
   local.get 6; i32.eqz
   if empty
     local.get 4; i32.const 4; i32.add; call host:reply_take
   end`,
  // 6, take: the reply that the host has ready.
  `call host:reply_size; local.tee 5; call malloc; local.tee 4; call host:reply_take`,
  // 7, timer: answers with the number of its operation.
  `i32.const 4; call malloc; local.tee 4; local.get 0; f64.load 3 8; call host:timer_start; i32.store 2 0
   i32.const 4; local.set 5`,
  // 8, cancel an operation.
  "local.get 0; i32.load 2 4; call host:timer_cancel",
];

const numbered = operations.map(
  (body, number) => `
    local.get 0; i32.load 2 0; i32.const ${number}; i32.eq
    if empty
      ${body}
    end`,
);

export const adapterFunctions: readonly AdapterFunction[] = [
  {
    name: "realloc",
    exported: "cabi_realloc",
    type: typeOf(resumableExports[0]),
    locals: 0,
    // The host only allocates. An address must not be 0, which malloc of 0 bytes may give.
    body: "local.get 3; i32.const 1; local.get 3; select; call malloc",
  },
  {
    name: "load",
    exported: "load",
    type: { params: ["i32", "i32"], results: ["i32"] },
    locals: 0,
    body: step(0, 2),
  },
  { name: "start", exported: `${resumableInterface}#start`, type: typeOf(start), locals: 0, body: step(1, 8) },
  { name: "resume", exported: `${resumableInterface}#resume`, type: typeOf(resume), locals: 0, body: step(2, 2) },
  {
    name: "bind",
    exported: bindExport,
    // Names of a module and of its member, each ending in a zero.
    type: { params: ["i32", "i32"], results: [] },
    locals: 0,
    body: `
      i32.const ${INPUT_BYTES}; call malloc; global.set input
      local.get 0; call PyImport_ImportModule; local.get 1; call PyObject_GetAttrString; global.set step`,
  },
  {
    name: "door",
    type: { params: ["i32", "i32", "i32", "i32"], results: ["i32"] },
    locals: 3,
    body: `
      ${numbered.join("")}
      ;; CPython frees the answer, so there is one even where it is empty.
      local.get 4; i32.eqz
      if empty
        i32.const 1; call malloc; local.set 4
      end
      local.get 2; local.get 4; i32.store 2 0
      local.get 3; local.get 5; i32.store 2 0
      i32.const 0`,
  },
];

/** The functions of CPython that the adapter calls, by the names that its build gives them. */
export const engineFunctions = [
  "malloc",
  "free",
  "PyObject_CallNoArgs",
  "PyErr_Print",
  "PyImport_ImportModule",
  "PyObject_GetAttrString",
] as const;
