/** `servegym list`: every name that other commands take. */
import { z } from 'zod';
import { gpuNames, modelNames } from '../../env/serving/hardware.js';
import { presets } from '../../env/serving/presets.js';
import { arrivalKinds } from '../../env/workloads/chat.js';
import { traceReaders } from '../../env/workloads/traces/read.js';
import { combinators, predictors, schedulers } from '../catalogue.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import type { Parameters } from '../specs.js';

const KINDS = ['schedulers', 'combinators', 'beliefs', 'engines', 'gpus', 'models', 'formats', 'arrivals'] as const;
const settings = withSeed({
  kind: z
    .enum(KINDS)
    .optional()
    .describe(`<kind> one of ${KINDS.join(', ')} [all]`),
});

interface Item {
  readonly name: string;
  readonly summary: string;
  readonly parameters?: Parameters;
}

export const list: CommandSpec<typeof settings> = {
  name: 'list',
  summary: 'list schedulers, combinators, beliefs, engines, GPU and model cards, trace formats, arrivals',
  examples: [
    ['servegym list', 'everything'],
    ['servegym list schedulers', 'schedulers with their parameters'],
    ['servegym list beliefs --json', 'for a script'],
  ],
  argument: 'kind',
  settings,
  run({ kind }) {
    const all = items();
    const chosen = kind === undefined ? all : { [kind]: all[kind] };
    return {
      code: Exit.ok,
      result: chosen,
      text: Object.entries(chosen)
        .map(([title, list]) => section(title, list))
        .join('\n'),
    };
  },
};

function items(): Record<(typeof KINDS)[number], Item[]> {
  const entries = (catalogue: Readonly<Record<string, { summary: string; parameters: Parameters }>>): Item[] =>
    Object.entries(catalogue).map(([name, { summary, parameters }]) => ({ name, summary, parameters }));
  const named = (names: readonly string[], summary: (name: string) => string): Item[] =>
    names.map((name) => ({ name, summary: summary(name) }));
  return {
    schedulers: [
      ...entries(schedulers),
      { name: 'expr: FORMULA', summary: 'your own formula for the rank, lowest first, e.g. expr: remaining * known' },
    ],
    combinators: entries(combinators).map((item) => ({ ...item, name: `${item.name}(SCHEDULER)` })),
    beliefs: entries(predictors),
    engines: Object.entries(presets).map(([name, rules]) => ({ name, summary: `rules of ${rules.name}` })),
    gpus: named(gpuNames(), () => 'GPU card'),
    models: named(modelNames(), () => 'model card'),
    formats: traceReaders.map(({ name, summary }) => ({ name, summary })),
    arrivals: named(Object.keys(arrivalKinds), () => 'arrival process'),
  };
}

function section(title: string, list: readonly Item[]): string {
  const width = Math.max(...list.map(({ name }) => name.length));
  const lines = list.flatMap(({ name, summary, parameters = {} }) => [
    `  ${name.padEnd(width)}  ${summary}`,
    ...Object.entries(parameters).map(
      ([key, p]) =>
        `  ${' '.repeat(width)}    :${key}=${p.default}  ${p.doc}${'choices' in p ? ` (${p.choices.join(' | ')})` : ''}`,
    ),
  ]);
  return `${title}\n${lines.join('\n')}\n`;
}
