/** Requests whose lengths are known to depend on their text and their model, for models to learn. */
import { normal } from '../../../env/distributions.js';
import { stream } from '../../../env/random.js';
import type { LengthExample } from '../../../predictors/length/model.js';

const TASKS = [
  ['Answer yes or no: is %s large?', 1],
  ['What is the capital of %s?', 2.5],
  ['List three facts about %s.', 4],
  ['Explain %s in detail.', 5.5],
  ['Write a long essay about the history of %s.', 6.5],
] as const;
const THINGS = ['France', 'the moon', 'a violin', 'Python', 'chess', 'rain', 'Rome', 'sleep', 'coral', 'tea'];

/** log length = task + model (m0 is 1.5 shorter than the others) + .4·noise; cut at `declared` where given. */
export function written(n: number, name: string, { declared = Infinity, models = 3 } = {}): LengthExample[] {
  const { next } = stream(1, `written/${name}`);
  return Array.from({ length: n }, () => {
    const [task, level] = TASKS[Math.floor(next() * TASKS.length)];
    const text = task.replace('%s', THINGS[Math.floor(next() * THINGS.length)]);
    const model = Math.floor(next() * models);
    const length = Math.max(1, Math.round(Math.exp(level + (model === 0 ? -1.5 : 0) + 0.4 * normal(next(), next()))));
    return {
      text,
      promptTokens: Math.round(text.length / 4),
      declared,
      model: `m${model}`,
      outputTokens: Math.min(length, declared),
      censored: length >= declared,
    };
  });
}
