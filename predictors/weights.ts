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
