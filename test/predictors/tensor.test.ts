/** The tensor backend: which one is taken, what it must be able to do, and its two faster kernels. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, initBackend, probe, type Tensor2D } from '../../predictors/tensor.js';

/** Numbers in −2 … 2 that look random. */
const wave = (n: number, phase: number): Float32Array =>
  Float32Array.from({ length: n }, (_, k) => 2 * Math.sin(k * k + phase));

let wasm: Backend;
beforeAll(async () => {
  wasm = await initBackend('wasm');
});
afterAll(() => initBackend());

describe('initBackend', () => {
  it('gives what is asked for, and says its name', async () => {
    expect(wasm.name).toBe('wasm');
    const cpu = await initBackend('cpu');
    expect([cpu.name, cpu.tf.getBackend()]).toEqual(['cpu', 'cpu']);
    expect((await initBackend('wasm')).tf.getBackend()).toBe('wasm');
  });

  it('takes whatever works best when left the choice', async () => {
    expect(['tensorflow', 'wasm']).toContain((await initBackend('auto')).name);
    await initBackend('wasm');
  });

  it('refuses a name that it does not know', async () => {
    await expect(initBackend('webgl')).rejects.toThrow(
      'no tensor backend "webgl": expected auto, tensorflow, wasm, cpu',
    );
  });
});

describe('the probe', () => {
  it.each([
    ['product', 'BatchMatMul'],
    ['order', 'TopK'],
    ['gradient', 'Tanh'],
  ])('rejects a backend with a wrong %s', async (what, kernel) => {
    const { tf } = await initBackend('cpu');
    const stock = tf.getKernel(kernel, 'cpu');
    const tilted: typeof stock.kernelFunc = (call) => {
      const out = stock.kernelFunc(call);
      const { dataId } = Array.isArray(out) ? out[0] : out;
      (call.backend as { data: { get(id: object): { values: Float32Array } } }).data.get(dataId).values[0] += 0.1;
      return out;
    };
    tf.unregisterKernel(kernel, 'cpu');
    tf.registerKernel({ ...stock, kernelFunc: tilted });
    try {
      expect(() => probe(tf)).toThrow(`the backend cpu computes a wrong ${what}`);
    } finally {
      tf.unregisterKernel(kernel, 'cpu');
      tf.registerKernel(stock);
      probe(tf);
      await initBackend('wasm');
    }
  });
});

describe('the faster kernels', () => {
  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('multiply as the cpu backend does, transposed %s and %s, in two and three dimensions', async (ta, tb) => {
    const values = async (name: string): Promise<number[][]> => {
      const { tf } = await initBackend(name);
      return tf.tidy(() => {
        const flat = tf.matMul(
          tf.tensor2d(wave(35, 1), ta ? [5, 7] : [7, 5]),
          tf.tensor2d(wave(15, 2), tb ? [3, 5] : [5, 3]),
          ta,
          tb,
        );
        const deep = tf.matMul(
          tf.tensor3d(wave(70, 3), ta ? [2, 5, 7] : [2, 7, 5]),
          tf.tensor3d(wave(30, 4), tb ? [2, 3, 5] : [2, 5, 3]),
          ta,
          tb,
        );
        return [Array.from(flat.dataSync()), Array.from(deep.dataSync())];
      });
    };
    const [expected, got] = [await values('cpu'), await values('wasm')];
    got.forEach((row, k) => {
      expect(row.length).toBe(expected[k].length);
      row.forEach((value, at) => {
        expect(Math.abs(value - expected[k][at])).toBeLessThan(1e-5);
      });
    });
  });

  it('know tanh: small, large, not a number', () => {
    const { tf } = wasm;
    const at = [-100, -3, -1e-3, 0, 1e-6, 0.5, 9, Number.POSITIVE_INFINITY];
    const got = tf.tidy(() => tf.tanh(tf.tensor1d([...at, Number.NaN])).dataSync());
    at.forEach((x, k) => {
      expect(Math.abs(got[k] - Math.tanh(x))).toBeLessThan(1e-6);
    });
    expect(got[at.length]).toBeNaN();
  });

  it('have the gradients of the cpu backend, and leak nothing', async () => {
    const gradients = async (name: string): Promise<number[][]> => {
      const { tf } = await initBackend(name);
      const held = tf.memory().numTensors;
      const inBackend = tf.engine().backend.numDataIds();
      const out = tf.tidy(() => {
        const loss = (x: Tensor2D, v: Tensor2D, w: Tensor2D) =>
          tf.mean(tf.square(tf.matMul(tf.tanh(tf.matMul(x, v)), w, false, true)));
        const slopes = tf.grads(loss as Parameters<typeof tf.grads>[0])([
          tf.tensor2d(wave(24, 1), [6, 4]),
          tf.tensor2d(wave(20, 2), [4, 5]),
          tf.tensor2d(wave(15, 3), [3, 5]),
        ]);
        return slopes.map((slope) => Array.from(slope.dataSync()));
      });
      expect(tf.memory().numTensors).toBe(held);
      expect(tf.engine().backend.numDataIds()).toBe(inBackend);
      return out;
    };
    const [expected, got] = [await gradients('cpu'), await gradients('wasm')];
    expected.flat().forEach((value, k) => {
      expect(Math.abs(got.flat()[k] - value)).toBeLessThan(1e-5);
    });
  });
});
