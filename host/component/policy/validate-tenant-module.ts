import { ComponentError } from "../read/component-error.ts";
import { type CoreModule, parseCoreModule, type Range, rangeReader } from "../read/core-module.ts";
import { InstructionReader, readLocals } from "../read/instructions.ts";
import { describeExternType, type ExternType, matchesExternType } from "../read/module-type.ts";
import { OP, opcodes } from "../read/opcodes.ts";
import { type AllowedImport, type CompiledPolicy, importKey } from "./tenant-policy.ts";

/** Instructions that the expression of an immutable global or the offset of a data segment may have. */
const constant = new Set<number>([OP.i32Const, OP.i64Const, OP.f32Const, OP.f64Const, OP.end]);

/**
 * Checks a tenant's core module against its runtime's policy. Everything that is not allowed by name is refused, including
 * instructions and sections that Plinth does not know. The check leaves types to V8, which compiles the module.
 *
 * @param base offset of the module in the upload, for errors
 * @returns the module as read
 * @throws ComponentError for the first fault
 */
export function validateTenantModule(bytes: Uint8Array, policy: CompiledPolicy, base = 0): CoreModule {
  const module = parseCoreModule(bytes, base);
  const refuse = (position: number, message: string, subject?: string): never => {
    throw new ComponentError("policy", message, base + position, subject);
  };

  for (const section of module.sections) {
    if (!policy.sections.has(section.id)) refuse(section.start, `a tenant's module may have no ${section.id} section`);
  }
  for (const { module: from, name, type, position } of module.imports) {
    const allowed = policy.imports.get(importKey(from, name));
    const subject = `${from}.${name}`;
    if (allowed === undefined)
      return refuse(position, `a tenant's module may not import "${name}" from "${from}"`, subject);
    if (!sameType(type, allowed)) {
      const wanted = describeExternType(allowed);
      refuse(
        position,
        `"${name}" from "${from}" is imported as ${describeExternType(type)}, and is ${wanted}`,
        subject,
      );
    }
  }
  for (const { name, kind, position } of module.exports) {
    if (kind !== "function" || !policy.exports.has(name)) {
      refuse(position, `a tenant's module may not export the ${kind} "${name}"`, name);
    }
  }
  if (module.start !== undefined && !policy.start) refuse(module.start.position, "a start function is not allowed");
  for (const { type, init } of module.globals) {
    if (init === undefined) continue;
    if (type.mutable) refuse(init.start, "a tenant's module may have no mutable global of its own");
    checkExpression(module, init, constant, refuse);
  }
  checkElements(module, policy, refuse);
  checkCustomSection(module, policy, refuse);
  checkData(module, policy, refuse);
  checkCode(module, policy, refuse);
  return module;
}

type Refuse = (position: number, message: string, subject?: string) => never;

function sameType(type: ExternType, allowed: AllowedImport): boolean {
  return matchesExternType(type, allowed) && matchesExternType(allowed, type);
}

function checkElements(module: CoreModule, { elements }: CompiledPolicy, refuse: Refuse): void {
  const [segment, second] = module.elements;
  if (elements === undefined) return; // without `elements`, no element section has passed the checks
  if (segment === undefined) refuse(module.bytes.length, "a tenant's module needs an element segment");
  if (second !== undefined) refuse(second.start, "a tenant's module may have one element segment");
  const { start, mode, table, offset, functions } = segment;
  if (mode !== "active" || table !== 0 || offset === undefined || functions === undefined) {
    refuse(start, "the element segment must be active, for table 0, of function indices");
  }
  const instructions = new InstructionReader(rangeReader(module, offset));
  const found = instructions.next();
  if (found?.opcode !== OP.i32Const || found.operands[0] !== elements.first || instructions.next()?.opcode !== OP.end) {
    refuse(offset.start, `the element segment must begin at the table index ${elements.first}`);
  }
  if (functions.length > elements.most) {
    refuse(start, `the element segment may have ${elements.most} entries, and this has ${functions.length}`);
  }
  // An imported function would get a second place in the table.
  if (functions.some((index) => index < module.imported.function)) {
    refuse(start, "the element segment may hold functions of the module itself only");
  }
}

function checkCustomSection(module: CoreModule, { customSection }: CompiledPolicy, refuse: Refuse): void {
  if (customSection === undefined) return;
  const { name, contents } = customSection;
  const [section, second] = module.sections.filter((candidate) => candidate.id === "custom" && candidate.name === name);
  if (section === undefined) refuse(0, `a tenant's module needs a custom section ${name}`, name);
  if (second !== undefined) refuse(second.start, `a tenant's module may have one custom section ${name}`, name);
  const reader = rangeReader(module, { start: section.body, end: section.end });
  reader.name();
  const found = Buffer.from(reader.take(reader.remaining)).toString("latin1");
  if (found !== contents) {
    refuse(
      section.start,
      `${name} says "${found.slice(0, 64)}", and this runtime's is "${contents}": build it again`,
      name,
    );
  }
}

function checkData(module: CoreModule, policy: CompiledPolicy, refuse: Refuse): void {
  let total = 0;
  for (const { start, mode, memory, offset, contents } of module.data) {
    if (!policy.dataModes.includes(mode)) refuse(start, `data segments may not be ${mode}`);
    if (mode === "active" && memory !== 0) refuse(start, "a data segment is for memory 0");
    if (offset !== undefined) checkExpression(module, offset, constant, refuse);
    total += contents.end - contents.start;
    if (total > policy.maxDataBytes) {
      refuse(start, `the data segments hold more than ${policy.maxDataBytes} bytes`);
    }
  }
}

function checkCode(module: CoreModule, policy: CompiledPolicy, refuse: Refuse): void {
  if (module.bodies.length > policy.maxFunctions) {
    const { start } = module.bodies[policy.maxFunctions]!;
    refuse(start, `a tenant's module may have ${policy.maxFunctions} functions, and this has ${module.bodies.length}`);
  }
  for (const body of module.bodies) {
    const { total } = readLocals(rangeReader(module, body));
    if (total > policy.maxLocals) {
      refuse(body.start, `a function may have ${policy.maxLocals} locals, and this has ${total}`);
    }
    checkExpression(module, body, policy.opcodes, refuse);
  }
}

/** @param range an expression, or a function body with its locals */
function checkExpression(module: CoreModule, range: Range, allowed: ReadonlySet<number>, refuse: Refuse): void {
  const reader = rangeReader(module, range);
  if (allowed !== constant) readLocals(reader);
  const instructions = new InstructionReader(reader);
  for (let found = instructions.next(); found !== undefined; found = instructions.next()) {
    if (!allowed.has(found.opcode)) {
      refuse(found.start, `a tenant's module may not contain ${opcodes.get(found.opcode)?.name} here`);
    }
  }
  reader.expectEnd("an expression");
}
