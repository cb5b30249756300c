/** The three spellings of masks, each from the others: `env.actionMasks()`, `info.action_mask`, and a key of a Dict observation. */

import { isBox } from '../spaces/box.js';
import { dict, isDict } from '../spaces/dict.js';
import { isDiscrete } from '../spaces/discrete.js';
import { isMultiBinary, multiBinary } from '../spaces/multi-binary.js';
import { isMultiDiscrete } from '../spaces/multi-discrete.js';
import type { Space } from '../spaces/space.js';
import { copierOf } from '../vector/batches.js';
import type { Inside, Same, Wrapper } from './wrapper.js';

/** Actions that a mask of a space tells of; null: such spaces have no masks. */
function maskWidthOf(space: Space): number | null {
  if (isDiscrete(space)) return space.n;
  if (isMultiDiscrete(space)) return space.nvec.reduce((a, b) => a + b, 0);
  if (isMultiBinary(space)) return 2 * (space.flatSize as number);
  return null;
}

function needWidth(inside: Inside, wrapper: string): number {
  const width = maskWidthOf(inside.actionSpace);
  if (width === null)
    throw new Error(`${wrapper}: ${inside.actionSpace} has no masks, expected Discrete, MultiDiscrete or MultiBinary`);
  return width;
}

/** Shows `{ action_mask, observation }`: what RLlib, PettingZoo and TorchRL read. @throws Error if actions have no masks */
export const maskInObservation = ({
  key = 'action_mask',
}: {
  readonly key?: string;
} = {}): Wrapper<unknown, Same, unknown> => ({
  name: 'MaskInObservation',
  options: { key },
  bind(inside) {
    const width = needWidth(inside, 'MaskInObservation');
    const copyRow = copierOf(inside.observationSpace);
    const outside = dict({ [key]: multiBinary(width), observation: inside.observationSpace });
    return {
      observationSpace: outside,
      observe(from, i, to, o, row) {
        const { [key]: masks, observation } = to.observation as Record<string, Int8Array>;
        const mask = from.mask?.subarray(i * width, (i + 1) * width) ?? inside.mask(row);
        if (mask === null)
          throw new Error('MaskInObservation: the environment has no actionMasks(), expected one with masks');
        masks.set(mask, o * width);
        copyRow(from.observation, i, observation, o);
      },
    };
  },
});

/** Writes `info.action_mask`: for environments that have `actionMasks()` only. @throws Error if there are no masks */
export const maskInInfo = (): Wrapper => ({
  name: 'MaskInInfo',
  options: {},
  bind(inside) {
    needWidth(inside, 'MaskInInfo');
    const masks = (row: number): Uint8Array => {
      const mask = inside.mask(row);
      if (mask === null) throw new Error('MaskInInfo: the environment has no actionMasks(), expected one with masks');
      return mask;
    };
    return { masks };
  },
});

/** Gives `actionMasks()` and `info.action_mask` to an environment whose Dict observation has the mask. @throws Error without such a key of the right length */
export const maskFromObservation = ({ key = 'action_mask' }: { readonly key?: string } = {}): Wrapper => ({
  name: 'MaskFromObservation',
  options: { key },
  bind(inside) {
    const width = needWidth(inside, 'MaskFromObservation');
    const { observationSpace: space } = inside;
    const part = isDict(space) ? space.spaces[key] : undefined;
    if (part === undefined || !(isMultiBinary(part) || isBox(part)) || part.flatSize !== width)
      throw new Error(`MaskFromObservation: ${space} has no ${JSON.stringify(key)} of ${width} flags`);
    const copyRow = copierOf(space);
    const state = { masks: new Uint8Array(inside.rows * width) };
    return {
      state,
      observe(from, i, to, o, row) {
        const flags = (from.observation as Record<string, ArrayLike<number>>)[key];
        for (let k = 0; k < width; k++) state.masks[row * width + k] = flags[i * width + k];
        copyRow(from.observation, i, to.observation, o);
      },
      masks: (row) => state.masks.slice(row * width, (row + 1) * width),
    };
  },
});
