/** Index policies that choose: each request in a slot is scored by itself, with weights that all of them share. */
import { describe, expect, it } from 'vitest';
import { indexTensors } from '../../agents/index-net.js';
import { asVector, withVector } from '../../agents/index-policy.js';
import { agentOf } from '../../agents/learners/agent.js';
import { stream } from '../../env/random.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../../env/tasks/features.js';
import type { Weights } from '../../predictors/weights.js';

const SLOTS = 5;
const INPUTS = REQUEST_FEATURES + ENGINE_FEATURES;

/** One of five requests, or nobody if `resting`. */
function weightsOf(hidden: number, resting: boolean, own = false): Weights {
  const settings = { choice: 'discrete', sizes: [SLOTS + (resting ? 1 : 0)], starts: [0], activation: 'tanh' };
  const first = { tensors: indexTensors(1, resting ? 1 : 0, hidden, 1, own), settings };
  const { next } = stream(1, `weights ${hidden}`);
  return withVector(
    first,
    asVector(first).map(() => next() - 0.5),
  );
}

function observationOf(present: readonly number[]): Float32Array {
  const { next } = stream(2, 'observation');
  const seen = Float32Array.from({ length: SLOTS * REQUEST_FEATURES + ENGINE_FEATURES }, () => next() - 0.5);
  for (let slot = 0; slot < SLOTS; slot++) {
    const [from, to] = [slot * REQUEST_FEATURES, (slot + 1) * REQUEST_FEATURES];
    if (present.includes(slot)) seen[to - 1] = 1;
    else seen.fill(0, from, to);
  }
  return seen;
}

describe('an index policy over slots', () => {
  it.each([
    [true, false],
    [false, false],
    [true, true],
  ])(
    'takes whoever scores highest by a linear network, or nobody (%s), by their own features alone (%s)',
    (resting, own) => {
      const weights = weightsOf(0, resting, own);
      const { tensors } = weights;
      const seen = observationOf([0, 1, 3]);
      const engine = seen.subarray(SLOTS * REQUEST_FEATURES);
      const scores = Array.from({ length: SLOTS }, (_, slot) => {
        const x = [...seen.subarray(slot * REQUEST_FEATURES, (slot + 1) * REQUEST_FEATURES), ...(own ? [] : engine)];
        const kernel = tensors['requests/layer0.kernel'].values;
        return x.reduce((sum, each, k) => sum + each * kernel[k], tensors['requests/layer0.bias'].values[0]);
      });
      if (resting) {
        const kernel = tensors['engine/layer0.kernel'].values;
        scores.push(
          [...engine].reduce((sum, each, k) => sum + each * kernel[k], tensors['engine/layer0.bias'].values[0]),
        );
      }
      for (const legal of [[0, 1, 3], [1, 3], ...(resting ? [[0, 1, 3, 5], [5]] : [])]) {
        const mask = Uint8Array.from({ length: scores.length }, (_, k) => (legal.includes(k) ? 1 : 0));
        const best = legal.reduce((top, k) => (scores[k] > scores[top] ? k : top));
        expect(agentOf(weights).act(seen, mask)).toBe(best);
      }
    },
  );

  it('does not mind who stands in which slot', () => {
    const { act } = agentOf(weightsOf(4, false));
    const seen = observationOf([0, 1, 2, 3, 4]);
    const chosen = act(seen) as number;
    const turned = seen.slice();
    for (let slot = 0; slot < SLOTS; slot++) {
      const row = seen.subarray(slot * REQUEST_FEATURES, (slot + 1) * REQUEST_FEATURES);
      turned.set(row, ((slot + 2) % SLOTS) * REQUEST_FEATURES);
    }
    expect(act(turned)).toBe((chosen + 2) % SLOTS);
  });

  it('is refused with a network of another size', () => {
    const weights = weightsOf(0, false);
    const kernel = { shape: [INPUTS + 1, 1], values: new Float32Array(INPUTS + 1) };
    const wrong = { ...weights, tensors: { ...weights.tensors, 'requests/layer0.kernel': kernel } };
    expect(() => agentOf(wrong)).toThrow('the network of requests has 27 inputs, expected 26');
  });
});
