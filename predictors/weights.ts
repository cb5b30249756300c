/** What a trained model is made of: named arrays and a few settings. Data, never code. */

export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array;
}

export interface Weights {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Numbers and words: hyper-parameters that acting needs. */
  readonly settings: Readonly<Record<string, number | string | readonly number[] | readonly string[]>>;
}

/**
 * The numbers of a tensor that must be there.
 * @param shape its sizes; −1 = any. The type is checked too
 * @throws Error saying what is missing or has another shape
 */
export function valuesOf(weights: Weights, name: string, shape: readonly number[]): Float32Array {
  const tensor = Object.hasOwn(weights.tensors, name) ? weights.tensors[name] : undefined;
  const asked = `expected float32 [${shape.map((size) => (size < 0 ? '?' : size)).join(' × ')}]`;
  if (tensor === undefined) throw new Error(`weights have no "${name}": ${asked}`);
  const { shape: has, values: numbers } = tensor;
  const fits = has.length === shape.length && has.every((size, k) => shape[k] < 0 || size === shape[k]);
  if (!fits || !(numbers instanceof Float32Array) || numbers.length !== has.reduce((a, b) => a * b, 1))
    throw new Error(`weights have "${name}" as ${numbers.constructor.name} [${has.join(' × ')}], ${asked}`);
  return numbers;
}

/** A number that must be among the settings. @throws Error naming it */
export function settingOf({ settings }: Weights, name: string): number {
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (typeof value !== 'number')
    throw new Error(`weights have ${JSON.stringify(value)} as setting "${name}", expected a number`);
  return value;
}
