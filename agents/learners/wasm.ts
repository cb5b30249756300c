/** A small assembler of WebAssembly: instructions as lists of bytes, functions over one memory as a module. */

/** Bytes of instructions. */
export type Code = readonly number[];

export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;

/** Bytes of a number of 32 bits, and of four. */
export const NUMBER = 4;
export const VECTOR = 16;

/** Unsigned and signed LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, ...value: Code[]): Code => [...value.flat(), 0x21, ...unsigned(local)];
export const int = (value: number): Code => [0x41, ...signed(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const subtract = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const multiply = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
/** a ≥ b, signed. */
export const atLeast = (a: Code, b: Code): Code => [...a, ...b, 0x4e];

/** Repeats the body for as long as the condition holds before it. */
export const repeatWhile = (condition: Code, ...body: Code[]): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...condition,
  ...[0x45, 0x0d, 1], // leave if it does not hold
  ...body.flat(),
  ...[0x0c, 0, 0x0b, 0x0b],
];

/** Within a body that is repeated: ends the repetition if the condition holds. */
export const leaveIf = (condition: Code): Code => [...condition, 0x0d, 1];

/** Calls a routine by its place in the module. */
export const call = (routine: number, ...values: Code[]): Code => [...values.flat(), 0x10, ...unsigned(routine)];

/** Integers. */
export const loadInt = (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)];

/** Numbers of 32 bits. */
export const load32 = (address: Code): Code => [...address, 0x2a, 2, 0];
export const store32 = (address: Code, value: Code): Code => [...address, ...value, 0x38, 2, 0];
export const add32 = (a: Code, b: Code): Code => [...a, ...b, 0x92];
export const multiply32 = (a: Code, b: Code): Code => [...a, ...b, 0x94];

/** Four numbers of 32 bits at once. */
const simd = (operation: number): Code => [0xfd, ...unsigned(operation)];
export const load4 = (address: Code, offset = 0): Code => [...address, ...simd(0x00), 2, ...unsigned(offset)];
export const store4 = (address: Code, value: Code, offset = 0): Code => [
  ...address,
  ...value,
  ...simd(0x0b),
  2,
  ...unsigned(offset),
];
/** One number from memory, four times. */
export const spread4 = (address: Code, offset = 0): Code => [...address, ...simd(0x09), 2, ...unsigned(offset)];
/** A constant, four times. */
export const constant4 = (value: number): Code => {
  const bytes = new Uint8Array(Float32Array.of(value).buffer);
  return [0x43, ...bytes, ...simd(0x13)];
};
export const add4 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe4)];
export const subtract4 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe5)];
export const multiply4 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe6)];
export const divide4 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe7)];
export const or4 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x50)];
export const root4 = (a: Code): Code => [...a, ...simd(0xe3)];
/** b where it is less, or more, else a: NaN if a is. One instruction, where IEEE's minimum and maximum take nine. */
export const least4 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xea)];
export const most4 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xeb)];

/** Two numbers of 64 bits at once, from two of 32 bits. */
export const load2 = (address: Code, offset = 0): Code => [
  ...[...address, ...simd(0x5d), 2, ...unsigned(offset)],
  ...simd(0x5f),
];
export const addTwo = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xf0)];
export const multiplyTwo = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xf2)];

/** A function without a result, of 32-bit integers. */
export interface Routine {
  readonly name: string;
  readonly parameters: number;
  /** How many further locals of each type, in this order after the parameters. */
  readonly locals: readonly (readonly [type: number, count: number])[];
  readonly body: Code;
}

/** The bytes of a module that imports `memory` from `env` and exports its routines. */
export function assemble(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const sized = (code: Code): Code => [...unsigned(code.length), ...code];
  const section = (id: number, content: Code): Code => [id, ...sized(content)];
  const text = (name: string): Code => sized([...new TextEncoder().encode(name)]);
  const types = routines.map(({ parameters }) => [0x60, ...list(Array.from({ length: parameters }, () => [I32])), 0]);
  const bodies = routines.map(({ locals, body }) =>
    sized([...list(locals.map(([type, count]) => [...unsigned(count), type])), ...body, 0x0b]),
  );
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, list([[...text('env'), ...text('memory'), 2, 0, 1]])),
    ...section(3, list(routines.map((_, k) => unsigned(k)))),
    ...section(7, list(routines.map(({ name }, k) => [...text(name), 0, ...unsigned(k)]))),
    ...section(10, list(bodies)),
  ]);
}
