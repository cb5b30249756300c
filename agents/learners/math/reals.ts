/** Numbers in a row: what distributions and losses read and write, in either precision. */
export type Reals = Float32Array | Float64Array;

/** The rows of a matrix, as views made once: copying a row then makes nothing anew. */
export const rowViews = <T extends Reals | Uint8Array>(matrix: T, width: number): T[] =>
  Array.from(
    { length: width > 0 ? matrix.length / width : 0 },
    (_, k) => matrix.subarray(k * width, (k + 1) * width) as T,
  );
