/** Everything a program can get hold of from some objects without being given anything else. */

export interface Reach {
  /** Every object and function found, with the path to it. Typed arrays count with the whole memory behind them. */
  readonly objects: ReadonlyMap<object, string>;
  /** Every number that stands in a plain property. */
  readonly numbers: readonly (readonly [value: number, path: string])[];
}

/** Prototypes and constructors of the language itself lead nowhere. */
const intrinsic = new Set<unknown>(
  [Object, Function, Array, Map, Set, ArrayBuffer, Float64Array, Float32Array, Int32Array, Uint8Array].flatMap(
    (made) => [made, made.prototype, Object.getPrototypeOf(made.prototype), Object.getPrototypeOf(made)],
  ),
);

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Follows own properties (symbols and getters too), prototypes, maps, sets and buffers. What a closure holds cannot be reached. */
export function reach(roots: Readonly<Record<string, object>>): Reach {
  const objects = new Map<object, string>();
  const numbers: [number, string][] = [];
  const todo: [unknown, string][] = Object.entries(roots).map(([name, object]) => [object, name]);
  for (let next = todo.pop(); next; next = todo.pop()) {
    const [value, path] = next;
    if (typeof value === 'number') numbers.push([value, path]);
    if (!isObject(value) || intrinsic.has(value) || objects.has(value)) continue;
    objects.set(value, path);
    todo.push([Object.getPrototypeOf(value), `${path}.__proto__`]);
    if (ArrayBuffer.isView(value)) {
      todo.push([value.buffer, `${path}.buffer`]);
      continue;
    }
    if (value instanceof Map)
      for (const [key, held] of value) todo.push([key, `${path} key`], [held, `${path}.get(${String(key)})`]);
    if (value instanceof Set) for (const held of value) todo.push([held, `${path} member`]);
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      const own = property?.get ? property.get.call(value) : property?.value;
      todo.push([own, `${path}.${String(key)}`]);
    }
  }
  return { objects, numbers };
}
