/** `servegym list`: every name that other commands take. */
import { z } from 'zod';
import { gpuNames, modelNames } from '../../env/serving/hardware.js';
import { presets } from '../../env/serving/presets.js';
import { settings } from '../../env/settings/catalogue.js';
import type { NamedSetting } from '../../env/settings/setting.js';
import { arrivalKinds } from '../../env/workloads/arrivals/kinds.js';
import { families } from '../../env/workloads/families/catalogue.js';
import { splits } from '../../env/workloads/families/family.js';
import { traceReaders } from '../../env/workloads/traces/read.js';
import { learners } from '../../predictors/length/learners.js';
import { acceptancePredictors, combinators, predictors, refiners, schedulers } from '../catalogue.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { findPolicy, shippedPolicies } from '../policies.js';
import { LENGTH_SETS } from '../predictors/data/sets.js';
import { shippedModels } from '../predictors/shipped.js';
import type { Parameters } from '../specs.js';
import { agents } from '../train/agents.js';

const KINDS = [
  'settings',
  'families',
  'schedulers',
  'combinators',
  'policies',
  'beliefs',
  'agents',
  'learners',
  'trained',
  'sets',
  'engines',
  'gpus',
  'models',
  'formats',
  'arrivals',
] as const;
/** What could be taken for each other. */
const TITLES: Readonly<Record<string, string>> = {
  agents: 'agents (servegym train --agent)',
  learners: 'learners of length (servegym predictor train --kind)',
};
const listSettings = withSeed({
  kind: z
    .enum(KINDS)
    .optional()
    .describe(`<kind> one of ${KINDS.join(', ')} [all]`),
});

interface Item {
  readonly name: string;
  readonly summary: string;
  readonly parameters?: Parameters;
  /** What else there is to say, a line each. */
  readonly details?: readonly string[];
}

export const list: CommandSpec<typeof listSettings> = {
  name: 'list',
  summary:
    'list settings, families, schedulers, trained policies, beliefs, learners, trained models, sets of data, engines, GPU and model cards, trace formats, arrivals',
  examples: [
    ['servegym list', 'everything'],
    ['servegym list schedulers', 'schedulers with their parameters'],
    ['servegym list beliefs --json', 'for a script'],
  ],
  argument: 'kind',
  settings: listSettings,
  run({ kind }) {
    const all = items();
    const chosen = kind === undefined ? all : { [kind]: all[kind] };
    return {
      code: Exit.ok,
      result: chosen,
      text: Object.entries(chosen)
        .map(([name, list]) => section(TITLES[name] ?? name, list))
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
    settings: Object.values(settings).map((setting) => ({
      name: setting.name,
      summary: setting.summary,
      details: [describeSetting(setting)],
    })),
    families: Object.values(families).map(({ name, summary, parameters }) => ({
      name,
      summary,
      details: Object.entries(parameters).map(
        ([parameter, p]) =>
          `:${parameter}  ${p.doc} (${splits.map((split) => `${split} ${p[split].join(' … ')}`).join('; ')})`,
      ),
    })),
    schedulers: [
      ...entries(schedulers),
      { name: 'expr: FORMULA', summary: 'your own formula for the rank, lowest first, e.g. expr: remaining * known' },
    ],
    combinators: Object.entries(combinators).map(([name, { summary, parameters, several }]) => ({
      name: `${name}(${several ? 'SCHEDULER | SCHEDULER | …' : 'SCHEDULER'})`,
      summary,
      parameters,
    })),
    policies: shippedPolicies().map((name) => {
      const spec = `policy:${name}`;
      return { name: spec, summary: findPolicy(spec)?.card.summary ?? '' };
    }),
    beliefs: [
      ...entries(predictors),
      ...entries(refiners).map((item) => ({ ...item, name: `${item.name}(LENGTH)` })),
      ...entries(acceptancePredictors).map((item) => ({ ...item, name: `LENGTH+${item.name}` })),
    ],
    agents: Object.entries(agents).map(([name, { summary }]) => ({ name, summary })),
    learners: Object.values(learners).map(({ kind, summary }) => ({ name: kind, summary })),
    trained: Object.entries(shippedModels).map(([name, { summary }]) => ({ name, summary })),
    sets: Object.entries(LENGTH_SETS).map(([name, { summary, licence }]) => ({
      name,
      summary: `${summary}; ${licence}`,
    })),
    engines: Object.entries(presets).map(([name, rules]) => ({ name, summary: `rules of ${rules.name}` })),
    gpus: named(gpuNames(), () => 'GPU card'),
    models: named(modelNames(), () => 'model card'),
    formats: traceReaders.map(({ name, summary }) => ({ name, summary })),
    arrivals: entries(arrivalKinds),
  };
}

function describeSetting({ kind, family, deployment, load, capacity, waitingShare }: NamedSetting): string {
  const slots = `${Math.round(capacity.slots)} slot${capacity.slots >= 1.5 ? 's' : ''}`;
  return `${kind}; family ${family.name}, engine ${deployment.engine}, load ${load} of ${capacity.requestsPerSecond.toFixed(2)} requests/s, ${slots}, FCFS waits ${Math.round(100 * waitingShare)} % of the JCT`;
}

function section(title: string, list: readonly Item[]): string {
  const width = Math.max(...list.map(({ name }) => name.length));
  const lines = list.flatMap(({ name, summary, parameters = {}, details = [] }) => [
    `  ${name.padEnd(width)}  ${summary}`,
    ...details.map((line) => `  ${' '.repeat(width)}    ${line}`),
    ...Object.entries(parameters).map(
      ([key, p]) =>
        `  ${' '.repeat(width)}    :${key}=${p.default}  ${p.doc}${'choices' in p ? ` (${p.choices.join(' | ')})` : ''}`,
    ),
  ]);
  return `${title}\n${lines.join('\n')}\n`;
}
