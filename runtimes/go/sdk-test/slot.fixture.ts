/** A slot for the tests of the SDK. A static program is both its runtime and its tenant. */
import { loadResumableGlue, type ResumableGlue } from "../../../host/component/glue/glue.ts";
import { transpileComponent } from "../../../host/component/glue/transpile.ts";
import { writeModule } from "../../../host/component/write/module-writer.ts";
import { buildSlimComponent } from "../../../host/component/write/slim-component.ts";
import { thinModule } from "../../../host/component/write/thin-module.ts";
import type { TenantResponse } from "../../../host/protocol/contract.ts";
import { makeHandle } from "../../../host/runtime/handle.ts";
import type { JsonValue } from "../../../host/store/store.ts";
import { PREVIEW1 } from "../../../host/wasi/preview1.ts";
import { GuestExit } from "../../../host/wasi/runtime-imports.ts";
import { TestClocks } from "../../../host/worker/clocks.fixture.ts";
import { type TestRequest, TestSlot, type TestState } from "../../../host/worker/slot.fixture.ts";
import { memoryImport } from "../../base-image.ts";
import { goRuntimeExports } from "../app-module.ts";
import { captureImage } from "../image.ts";
import { blockingPoll } from "./blocking-poll.fixture.ts";

/** The glue of every Go component. The module of this component is empty. */
const glue = await emptyGlue();

/** Step of the clock at each look, so that programs can wait for it to pass a time. */
const CLOCK_STEP_NS = 1_000n;

export interface SdkSlotOptions {
  /** Vars for the start-up, and for requests until other vars are set. */
  environment?: Readonly<Record<string, JsonValue>>;
  /** Whether the host lets a start-up block the thread. */
  mayWait?: boolean;
}

export class SdkSlot extends TestSlot {
  /** Image of the program after main. */
  readonly image: TestState;
  /** Exit codes of the program. */
  readonly exits: number[];

  /**
   * Starts the runtime, then the program, and captures images of both.
   *
   * @throws Error with the program's output if its start-up fails
   */
  constructor(program: Uint8Array, { environment = {}, mayWait = true }: SdkSlotOptions = {}) {
    const thin = thinModule(program, { memoryImport });
    const { bytes, pages, globals } = captureImage(program, thin);
    const memory = { ...memoryImport, initialPages: pages, maximumPages: 65_536 };
    const handle = makeHandle(
      { name: "test:go", version: "1.0.0", memory, globals },
      new WebAssembly.Module(thin.bytes),
      bytes,
    );
    const clocks = new TestClocks(CLOCK_STEP_NS);
    const exits: number[] = [];
    const proc_exit = (code: number) => {
      exits.push(code);
      throw new GuestExit(code);
    };
    const imports = (wasm: WebAssembly.Memory) => ({
      [PREVIEW1]: { proc_exit, ...(mayWait && { poll_oneoff: blockingPoll(() => wasm, clocks) }) },
    });
    super(handle, glue, { clocks, imports });
    this.exits = exits;
    this.environment = environment;
    this.image = this.startTenant(({ exports }) => (exports["plinth:main"] as () => void)());
    this.restore(this.image);
  }

  /** Sets the vars and secrets for requests. */
  set environment(vars: Readonly<Record<string, JsonValue>>) {
    this.grant(Object.keys(vars).length === 0 ? {} : { vars });
  }

  /** Restores the image and runs a request. @throws Error if the request fails */
  serve(request: TestRequest = {}): TenantResponse & { steps: number } {
    this.restore(this.image);
    return this.run(request);
  }
}

async function emptyGlue(): Promise<ResumableGlue> {
  const component = buildSlimComponent({
    dependency: "unlocked-dep=<test:go@{>=1.0.0}>",
    runtimeExports: goRuntimeExports,
    appModule: writeModule(new Map()),
    world: "resumable-service",
  });
  const { glue: text } = await transpileComponent(component, { mode: "sync" });
  return loadResumableGlue(text);
}
