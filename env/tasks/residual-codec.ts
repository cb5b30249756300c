/** The two forms of a task that adds to a heuristic: everyone as a set, or the oldest K in slots. */
import { number, type ValuesOf, whole } from '../parameters.js';
import { askingOf, askingParameters } from './asking-parameters.js';
import type { Codec } from './codec.js';
import type { ResidualOptions } from './residual.js';
import { type SetAction, type SetBatch, type SetObservation, setCodec } from './set-codec.js';
import { slotCodec } from './slot-codec.js';

export const residualParameters = {
  slots: whole(0, 0, 1024, 'slots of a view of fixed size, the oldest requests; 0 = everyone, as a set'),
  span: number(3, 0.01, 20, 'residuals of ±1 multiply or divide a rank by e^span'),
  ...askingParameters,
} as const;

/** Makes the codecs of such a task. Its types are those of the set; with slots it speaks in flat arrays. */
export function residualCodec(
  heads: Omit<ResidualOptions, 'span'>,
  { slots, span, ...asking }: ValuesOf<typeof residualParameters>,
): () => Codec<SetObservation, SetAction, SetBatch> {
  const options = { ...heads, span, ...askingOf(asking) };
  if (slots === 0) return setCodec(options);
  return slotCodec({ ...options, slots }) as unknown as () => Codec<SetObservation, SetAction, SetBatch>;
}
