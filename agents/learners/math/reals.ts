/** Numbers in a row: what distributions and losses read and write, in either precision. */
export type Reals = Float32Array | Float64Array;
