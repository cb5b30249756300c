/**
 * A pole on a cart, to be kept upright by pushing left or right (Barto, Sutton and Anderson 1983): the environment that
 * gyms are timed with. It is here to time and to test the contract, and serves nothing.
 *
 * ## Action Space
 * `Discrete(2)`: 0 pushes left with 10 N, 1 right.
 *
 * ## Observation Space
 * `Box(4)` of float32: position (m), velocity, angle (rad, 0 = upright), angular velocity. Inside all is float64.
 *
 * ## Rewards
 * 1 for each step, that of the fall included.
 *
 * ## Starting State
 * Each of the four uniform in ±.05.
 *
 * ## Episode End
 * Terminated beyond ±2.4 m or ±12°. `CartPole-v1` is truncated after 500 steps, by a TimeLimit around it.
 *
 * ## Version History
 * - v1: dynamics and numbers of Gymnasium's CartPole-v1.
 */
import type { Env } from '../../env/gym/env.js';
import { createEnv, type Kernel } from '../../env/gym/kernel.js';
import { box } from '../../env/gym/spaces/box.js';
import { discrete } from '../../env/gym/spaces/discrete.js';
import type { RowPolicy } from '../../env/gym/vector/roll.js';
import { timeLimit } from '../../env/gym/wrappers/time-limit.js';
import { wrap } from '../../env/gym/wrappers/wrap.js';
import type { Stream } from '../../env/random.js';

const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const TOTAL_MASS = 1 + POLE_MASS;
/** Half the pole. */
const LENGTH = 0.5;
const POLE_MOMENT = POLE_MASS * LENGTH;
const FORCE = 10;
/** Seconds a step; Euler. */
const TAU = 0.02;
const EDGE = 2.4;
const ANGLE = (12 * Math.PI) / 180;
const START = 0.05;

const STEPS = 500;

/** Position, velocity, angle, angular velocity. */
type State = Float64Array;

/** @param state that of another one, copied: a fork */
function kernel(random: Stream, state: State = new Float64Array(4)): Kernel<Float32Array, number, Float32Array> {
  const high = [2 * EDGE, Infinity, 2 * ANGLE, Infinity];
  return {
    observationSpace: box(
      high.map((x) => -x),
      high,
    ),
    actionSpace: discrete(2),
    begin({ observation }, row) {
      for (let k = 0; k < 4; k++) {
        state[k] = (2 * random.next() - 1) * START;
        observation[4 * row + k] = state[k];
      }
    },
    advance(action, out, row) {
      // No branch on what nobody can predict: a miss costs as much as a sine.
      if (action !== (action & 1)) throw new Error(`action is ${String(action)}, expected 0 or 1`);
      out.terminated[row] = move(state, FORCE * (2 * action - 1), out.observation, 4 * row);
      out.truncated[row] = 0;
      out.reward[row] = 1;
    },
    fork: (twin) => kernel(twin, state.slice()),
  };
}

/**
 * One Euler step of the equations of motion without friction (positions move with the velocities before it), written to
 * the state and, as it is computed, to an observation.
 * @returns 1 if the pole has fallen or the cart has left the track, else 0
 */
function move(state: State, force: number, observation: Float32Array, at: number): number {
  const velocity = state[1];
  const angle = state[2];
  const spin = state[3];
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const push = (force + POLE_MOMENT * (spin * spin) * sin) / TOTAL_MASS;
  const turn = (GRAVITY * sin - cos * push) / (LENGTH * (4 / 3 - (POLE_MASS * (cos * cos)) / TOTAL_MASS));
  const x = state[0] + TAU * velocity;
  const tilt = angle + TAU * spin;
  const speed = velocity + TAU * (push - (POLE_MOMENT * turn * cos) / TOTAL_MASS);
  const swing = spin + TAU * turn;
  state[0] = observation[at] = x;
  state[1] = observation[at + 1] = speed;
  state[2] = observation[at + 2] = tilt;
  state[3] = observation[at + 3] = swing;
  return Math.abs(x) > EDGE || Math.abs(tilt) > ANGLE ? 1 : 0;
}

/** Without the limit of 500 steps. */
export const cartPole = (): Env<Float32Array, number, Float32Array> => createEnv((random) => kernel(random));

/** CartPole-v1. */
export const cartPoleV1 = (): Env<Float32Array, number, Float32Array> => wrap(cartPole(), timeLimit(STEPS));

/** Pushes left or right with equal chance. */
export const randomPushes = (): RowPolicy<number, Float32Array> => ({
  act: (_seen, _row, random) => (2 * random.next()) | 0,
});
