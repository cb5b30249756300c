/** What Gymnasium's spaces draw under masks and probabilities, held against ours. */
import { z } from 'zod';
import { type BoxSpace, box } from '../../../env/gym/spaces/box.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import { sequence } from '../../../env/gym/spaces/sequence.js';
import type { Replayed } from '../replayed.js';
import { CALLS, SKIPPED } from './sampling-calls.js';
import { decode } from './values.js';

const schema = z.object({
  masks: z.array(
    z.object({
      case: z.string(),
      outcomes: z.array(z.tuple([z.unknown(), z.number()])).optional(),
      error: z.unknown().optional(),
    }),
  ),
  laws: z.array(
    z.object({
      box: z.string(),
      min: z.number(),
      max: z.number().optional(),
      mean: z.number(),
      sd: z.number().optional(),
    }),
  ),
});

type Mask = z.infer<typeof schema>['masks'][number];
type Law = z.infer<typeof schema>['laws'][number];

/** @throws Error if the file is no such recording */
export function replaySampling(recording: unknown, file: string): Replayed[] {
  const parsed = schema.safeParse(recording);
  if (!parsed.success) throw new Error(`${file}: no recording of sampling (${z.prettifyError(parsed.error)})`);
  const { masks, laws } = parsed.data;
  return [...masks.filter(({ case: words }) => !(words in SKIPPED)).map(replayMask), ...laws.map(replayLaw)];
}

const DRAWS = 2000;
/** Recorded shares are of 3,000 draws and rounded to 0.02, ours of 2,000: four standard errors of their difference, and half a rounding step. */
const SLACK = 4 * Math.sqrt(0.25 / 3000 + 0.25 / DRAWS) + 0.01;

const keyOf = (x: unknown): string =>
  JSON.stringify(x, (_, part) => (ArrayBuffer.isView(part) ? Array.from(part as Int8Array) : part));

function replayMask({ case: words, outcomes }: Mask): Replayed {
  const name = `sampling: ${words}`;
  const known = CALLS[words];
  if (!known) return { name, steps: 0, difference: 'this call is not known here' };
  const [make, options] = known;
  const space = make();
  space.seed(1);
  let counts: Map<string, number>;
  try {
    counts = count(() => space.sample(options));
  } catch (error) {
    return { name, steps: 1, difference: outcomes ? `ours fails: ${(error as Error).message}` : null };
  }
  if (!outcomes)
    return { name, steps: 1, difference: `recorded an error, ours gives ${[...counts.keys()].join(', ')}` };
  for (const [value, share] of outcomes) {
    const key = keyOf(decode(value));
    const ours = (counts.get(key) ?? 0) / DRAWS;
    if (ours === 0 || Math.abs(ours - share) > SLACK)
      return { name, steps: outcomes.length, difference: `${key}: recorded a share of ${share}, ours ${ours}` };
  }
  const extra = counts.size > outcomes.length ? `ours also gives others: ${[...counts.keys()].join(', ')}` : null;
  return { name, steps: outcomes.length, difference: extra };
}

function count(draw: () => unknown): Map<string, number> {
  const counts = new Map<string, number>();
  for (let k = 0; k < DRAWS; k++) {
    const key = keyOf(draw());
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const one =
  (low: number, high: number, dtype: 'float32' | 'int32' = 'float32') =>
  (): (() => number) => {
    const space = box(low, high, { shape: [1], dtype }) as BoxSpace;
    space.seed(5);
    return () => space.sample()[0];
  };

/** What is drawn, by the first words of the law. */
const LAWS: Readonly<Record<string, () => () => number>> = {
  'bounded float': one(-1, 3),
  'bounded below': one(2, Infinity),
  'bounded above': one(-Infinity, 2),
  unbounded: one(-Infinity, Infinity),
  integers: one(0, 3, 'int32'),
  'Sequence length without mask': () => {
    const space = sequence(discrete(2));
    space.seed(5);
    return () => space.sample().length;
  },
};

const LAW_DRAWS = 20000;

/** Mean and spread within five standard errors (the fewest recorded draws were 4,000) and the rounding of the record; an end that is a bound within 0.01. */
function replayLaw({ box: words, min, max, mean, sd }: Law): Replayed {
  const name = `sampling: ${words}`;
  const draw = LAWS[words.split(':')[0]]?.();
  if (!draw) return { name, steps: 0, difference: 'this law is not known here' };
  const x = Float64Array.from({ length: LAW_DRAWS }, draw);
  const average = x.reduce((a, b) => a + b, 0) / LAW_DRAWS;
  const spread = Math.sqrt(x.reduce((a, b) => a + (b - average) ** 2, 0) / LAW_DRAWS);
  const slack = 5 * spread * Math.sqrt(1 / 4000 + 1 / LAW_DRAWS) + 0.05;
  const isBound = (end: number): boolean => Math.abs(end - mean) < 3 * spread;
  const compared = [
    { what: 'mean', recorded: mean, ours: average, slack },
    { what: 'standard deviation', recorded: sd, ours: spread, slack },
    { what: 'least', recorded: isBound(min) ? min : undefined, ours: Math.min(...x), slack: 0.01 },
    { what: 'most', recorded: max !== undefined && isBound(max) ? max : undefined, ours: Math.max(...x), slack: 0.01 },
  ].filter(({ recorded }) => recorded !== undefined);
  const wrong = compared.find(({ recorded, ours, slack: most }) => Math.abs(ours - (recorded ?? NaN)) > most);
  const difference = wrong ? `${wrong.what}: recorded ${wrong.recorded}, ours ${wrong.ours}` : null;
  return { name, steps: compared.length, difference };
}
