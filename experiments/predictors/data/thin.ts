/** Fewer rows of sets in which many models answer the same prompts: the prompts are what there is too little of. */
import { type Seed, stream } from '../../../env/random.js';
import type { LengthExample } from '../../../predictors/length/model.js';

/** At most so many answers to a text, drawn by the seed, in their order. Requests without a text all stay. */
export function atMostPerText(examples: readonly LengthExample[], most: number, seed: Seed): LengthExample[] {
  const byText = new Map<string, number[]>();
  const kept = new Set<number>();
  examples.forEach(({ text }, k) => {
    if (text === undefined) kept.add(k);
    else if (!byText.get(text)?.push(k)) byText.set(text, [k]);
  });
  const { next } = stream(seed, 'predictors/data/thin');
  for (const rows of byText.values()) {
    const order = rows.map((row) => [next(), row] as const).sort(([a], [b]) => a - b);
    for (const [, row] of order.slice(0, most)) kept.add(row);
  }
  return examples.filter((_, k) => kept.has(k));
}
