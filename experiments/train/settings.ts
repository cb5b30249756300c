/** Settings of `servegym train`. What is left out stands in the preset of its task and agent. */
import { z } from 'zod';
import { withSeed } from '../cli/command.js';
import { list, mapping, numbers } from '../cli/options.js';
import { traceShape } from '../trace-options.js';
import { agents } from './agents.js';
import { presetNames, presetOf } from './presets.js';
import { taskHeads } from './stage.js';
import { trainers } from './trainer.js';

const word = z.string().min(1);

export const trainShape = withSeed({
  task: word.default('Serve-v0').describe('<id> servegym task list'),
  agent: z
    .enum(Object.keys(agents))
    .default('cma-es')
    .describe(
      `<name> ${Object.entries(agents)
        .map(([name, { summary }]) => `${name}: ${summary}`)
        .join('; ')}`,
    ),
  preset: z
    .enum(presetNames)
    .default('2min')
    .describe(`<name> what is not set below: ${presetNames.join(', ')}, on one core`),
  heads: list(word)
    .optional()
    .describe(
      `<names> what the agent may add to the heuristic in ${Object.keys(taskHeads).join(', ')} [the preset's, else its first head]`,
    ),
  network: z
    .enum(['mlp', 'scorer', 'index', 'own'])
    .optional()
    .describe(
      "<kind> mlp; of ppo and reinforce scorer: requests share their weights, and the policy takes any queue; of searches index: each request is scored by itself, by its features and the engine's (where they add to a heuristic unless told otherwise); own: by its own alone [the preset's]",
    ),
  trainer: z
    .enum(trainers)
    .optional()
    .describe(
      '<name> what networks are trained with: simd, WebAssembly of our own; tensorflow, any backend of TensorFlow.js, slower where they are small [simd]',
    ),
  hidden: numbers(z.int().min(0).max(1024))
    .optional()
    .describe("<n,n> hidden layers of its network; 0: linear [the preset's]"),
  hyper: mapping()
    .optional()
    .describe("<name=value,…> options of the learner, by its own names, e.g. rate=0.001 [the preset's]"),
  parameters: mapping().default({}).describe("<name=value,…> the task's own parameters, e.g. slots=16,longestS=2"),
  beliefs: word.optional().describe("<spec> predictor of length and acceptance [the task's]"),
  base: word.optional().describe("<spec> the heuristic it adds to, or that decides the rest [the task's]"),
  setting: list(word).optional().describe("<names> named settings, of several a mixture [the task's]"),
  trace: word
    .optional()
    .describe("<file> your own requests instead of the setting's: windows of a trace (list formats)"),
  format: word.optional().describe('<name> format of the trace [detected]'),
  columns: traceShape.columns,
  unit: traceShape.unit,
  arrivals: word.optional().describe('<spec> of the trace, e.g. poisson: instead of its own times'),
  reward: word.optional().describe("<name> a name or formula [the task's]"),
  load: numbers(z.number().positive())
    .optional()
    .describe("<shares> of the setting's measured capacity, of several a mixture [the setting's]"),
  requests: z.int().min(2).max(1_000_000).optional().describe("<n> requests of an episode [the setting's]"),
  steps: z
    .int()
    .min(1)
    .max(1e9)
    .optional()
    .describe("<n> steps of environments that ppo, dqn and reinforce take [the preset's]"),
  truncateS: z
    .number()
    .min(0)
    .max(1e9)
    .optional()
    .describe("<s> their training episodes are cut at half to one and a half of this; 0: drained [the preset's]"),
  trainReward: word
    .optional()
    .describe(
      "<name> the reward of their training episodes, e.g. jct-vs:srpt, slo-vs:base; judged is by the other [the preset's]",
    ),
  rewardScale: z.number().positive().max(1e9).optional().describe("<x> what they multiply rewards by [the preset's]"),
  budget: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe(
      "<n> most simulated episodes of a search, training and choice; the validation of others and the final comparison come on top [the preset's]",
    ),
  trainSeeds: z.int().min(1).max(100_000).optional().describe("<n> paired training seeds of a search [the preset's]"),
  batch: z.int().min(1).max(1000).optional().describe("<n> training seeds of a generation of a search [the preset's]"),
  population: z
    .int()
    .min(2)
    .max(10_000)
    .optional()
    .describe("<n> points of a generation of a search [the search's own]"),
  sigma: z
    .number()
    .positive()
    .max(100)
    .optional()
    .describe("<x> standard deviation of the first points of a search [the preset's]"),
  validationSeeds: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe("<n> that choose; as many others judge the choice [the preset's]"),
  validateEvery: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe("<n> iterations between two looks at validation [the preset's]"),
  patience: z.int().min(1).max(10_000).default(12).describe('<n> looks without a gain that end it'),
  seeds: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('<n> trainings, each with a seed of its own, on threads; validation chooses one'),
});

type Given = z.output<typeof trainShape>;
/** With all that the preset says. */
export type TrainSettings = Given & {
  readonly hidden: readonly number[];
  readonly validationSeeds: number;
  readonly validateEvery: number;
};

/** Fills in what the preset says. @throws Error naming a setting or hyper-parameter that the agent does not have */
export function completeTraining(given: Given): TrainSettings {
  const { agent } = given;
  const preset = presetOf(given);
  const foreign = agents[agent].foreign.find((key) => given[key as keyof Given] !== undefined);
  if (foreign !== undefined) throw new Error(`${agent} has no ${foreign}, it has ${Object.keys(preset).join(', ')}`);
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const all: Readonly<Record<string, unknown>> = {
    ...preset,
    ...said,
    ...(preset.hyper && { hyper: { ...preset.hyper, ...given.hyper } }),
    parameters: { ...preset.parameters, ...given.parameters },
  };
  const keys = Object.keys(trainShape.shape).filter((key) => all[key] !== undefined);
  return Object.fromEntries(keys.map((key) => [key, all[key]])) as TrainSettings;
}

/** Layers of the network: 0 stands for none. */
export const layersOf = ({ hidden }: Pick<TrainSettings, 'hidden'>): number[] => hidden.filter((width) => width > 0);
