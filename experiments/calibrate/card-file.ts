/** A calibrated card as a YAML file that a person can read and `--cost` loads. */
import type { Line } from '../../env/serving/cost/lines.js';
import type { Calibration } from './calibrate.js';

export interface CardNotes {
  /** As tables name the cost. */
  readonly name: string;
  /** Where it comes from, a sentence each. */
  readonly facts: readonly string[];
}

export function cardFile({ card, padded }: Pick<Calibration, 'card' | 'padded'>, { name, facts }: CardNotes): string {
  return [
    ...facts.map((fact) => `# ${fact}`),
    `name: ${JSON.stringify(name)}`,
    '# µs of the lead, and per token of context, and per token of the longest context, by decode tokens:',
    '# [tokens, lead, context, longest]; interpolated between lines',
    ...linesOf('decode', card.decode),
    `# the same by prefill tokens${padded ? ' (padded, as in the log)' : ''}: [tokens, lead, sequence, Σ(q·c + q²/2)]`,
    ...linesOf('prefill', card.prefill),
    '# measured ÷ computed time of batches that prefill and decode',
    `mixed: ${rounded(card.mixed ?? 1)}`,
    '',
  ].join('\n');
}

const linesOf = (key: string, rows: readonly Line[]): string[] => [
  `${key}:`,
  ...rows.map((row) => `  - [${row.map(rounded).join(', ')}]`),
];

const rounded = (value: number): number => Number(value.toPrecision(6));
