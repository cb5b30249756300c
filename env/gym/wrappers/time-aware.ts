/** Observations that say how far the episode is. */
import { box } from '../spaces/box.js';
import { dict, isDict } from '../spaces/dict.js';
import type { Space } from '../spaces/space.js';
import { isTuple, tuple } from '../spaces/tuple.js';
import type { Same, Wrapper } from './wrapper.js';

export interface TimeAwareOptions {
  /** One vector with the time in it [true], or a Dict `{ obs, time }`. */
  readonly flatten?: boolean;
  /** Steps as a share of the limit instead of their number [false]. */
  readonly normalizeTime?: boolean;
  /** The key under which a Dict gets the time [time]. */
  readonly dictTimeKey?: string;
}

/**
 * Adds the steps of the episode so far. A Dict gets a key, a Tuple a last part, anything else becomes the Dict `{ obs, time }`;
 * then it is flattened.
 * @throws Error if no TimeLimit and no spec says how long an episode is
 */
export function timeAware(options: TimeAwareOptions = {}): Wrapper<unknown, Same, unknown> {
  const { flatten = true, normalizeTime = false, dictTimeKey = 'time' } = options;
  return {
    name: 'TimeAwareObservation',
    options: { flatten, normalizeTime, dictTimeKey },
    bind({ observationSpace: space, maxEpisodeSteps, rows }) {
      if (maxEpisodeSteps === null)
        throw new Error(
          'TimeAwareObservation: expected a TimeLimit around the environment, or maxEpisodeSteps in its spec',
        );
      const time = box(0, normalizeTime ? 1 : maxEpisodeSteps, {
        shape: [1],
        dtype: normalizeTime ? 'float32' : 'int32',
      });
      const whole = withTime(space, time, dictTimeKey);
      const outside = flatten ? whole.flatSpace() : whole;
      const now = time.createBatch(1);
      const state = { steps: new Int32Array(rows) };
      return {
        observationSpace: outside,
        state,
        observe(from, i, to, o, row, first) {
          state.steps[row] = first ? 0 : state.steps[row] + 1;
          now[0] = normalizeTime ? state.steps[row] / maxEpisodeSteps : state.steps[row];
          const seen = joined(space, space.read(from.observation, i), now, dictTimeKey);
          outside.write(to.observation, o, flatten ? whole.flatten(seen) : seen);
        },
      };
    },
  };
}

function withTime(space: Space, time: Space, key: string): Space {
  if (isDict(space)) {
    if (space.keys.includes(key))
      throw new Error(
        `TimeAwareObservation: the observation has a key ${JSON.stringify(key)}; choose another dictTimeKey`,
      );
    return dict({ ...space.spaces, [key]: time });
  }
  return isTuple(space) ? tuple([...space.spaces, time]) : dict({ obs: space, time });
}

function joined(space: Space, x: unknown, time: unknown, key: string): unknown {
  if (isDict(space)) return { ...(x as object), [key]: time };
  return isTuple(space) ? [...(x as unknown[]), time] : { obs: x, time };
}
