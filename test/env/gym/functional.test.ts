import { describe, expect, it } from 'vitest';
import { functional } from '../../../env/gym/functional.js';
import { cartPole, cartPoleV1 } from '../../../experiments/bench/cart-pole.js';

const actions = [1, 0, 0, 1, 1, 0, 1, 0];

describe.each([
  ['CartPole', cartPole],
  ['CartPole with its limit', cartPoleV1],
])('%s as functions', (_, make) => {
  const view = functional(make);
  const seen = (state: ReturnType<typeof view.initial>): unknown[] => [
    [...view.observation(state)],
    view.reward(state),
    view.terminal(state),
    view.truncated(state),
    view.stateInfo(state),
  ];

  it('goes the way of the environment', () => {
    const env = make();
    const [first, info] = env.reset({ seed: 3 });
    let state = view.initial(3);
    expect(seen(state)).toEqual([[...first], 0, false, false, info]);
    for (const action of actions) {
      const [observation, ...rest] = env.step(action);
      state = view.transition(state, action);
      expect(seen(state)).toEqual([[...observation], ...rest]);
    }
  });

  it('is pure: a state stays as it is, and the same action leads from it to the same state', () => {
    const root = view.transition(view.initial(5), 1);
    const before = seen(root);
    const left = view.transition(root, 0);
    const right = view.transition(root, 1);
    expect(seen(left)).not.toEqual(seen(right));
    const leaves = actions.map((action) => seen(view.transition(left, action)));
    expect(seen(view.transition(root, 0))).toEqual(seen(left));
    expect(actions.map((action) => seen(view.transition(left, action)))).toEqual(leaves);
    expect(seen(root)).toEqual(before);
  });

  it('hands out copies', () => {
    const state = view.initial(1);
    const before = seen(state);
    view.observation(state).fill(7);
    view.stateInfo(state).mine = 1;
    expect(seen(state)).toEqual(before);
  });

  it('ends where the pole falls', () => {
    let state = view.initial(1);
    let steps = 0;
    for (; !view.terminal(state); steps++) state = view.transition(state, 1);
    expect(steps).toBeLessThan(12);
    expect(Math.abs(view.observation(state)[2])).toBeGreaterThan(0.209);
    expect(() => view.transition(state, 1)).toThrow('step after the end of the episode');
  });
});

it('needs an environment that can be forked', () => {
  const plain = functional(() => {
    const env = cartPole();
    delete env.fork;
    return env;
  });
  expect(() => plain.initial(1)).toThrow('has no fork, which the functional view needs');
});
