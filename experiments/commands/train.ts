/** `servegym train`: a policy for a task, sought on paired training seeds and chosen on validation seeds, kept as data. */
import { join } from 'node:path';
import { z } from 'zod';
import { indexWeights, withVector } from '../../agents/index-policy.js';
import { writePolicyFile } from '../../agents/policy-file.js';
import { writeAtomic } from '../../env/files.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list, printOptions } from '../cli/options.js';
import { jsonLines } from '../files.js';
import { POLICY_FILE } from '../policies.js';
import { percentage } from '../report/table.js';
import { hashOf, openJournal, packageVersion } from '../results.js';
import { agents } from '../train/agents.js';
import type { Played } from '../train/episodes.js';
import { evaluate, measuredOf } from '../train/evaluate.js';
import { generationText, logCsv, trainText } from '../train/report.js';
import { openRun } from '../train/run-episodes.js';
import { type Stage, stageOf, taskHeads } from '../train/stage.js';
import { commandLine } from '../tune/command-line.js';

const settings = withSeed({
  task: z
    .string()
    .min(1)
    .default('Serve-v0')
    .describe(`<id> ${Object.keys(taskHeads).join(', ')}`),
  agent: z
    .enum(Object.keys(agents))
    .default('cma-es')
    .describe(
      `<name> ${Object.entries(agents)
        .map(([name, { summary }]) => `${name}: ${summary}`)
        .join('; ')}`,
    ),
  heads: list(z.string().min(1))
    .default(['rank'])
    .describe("<names> what the agent may add to the heuristic: some of the task's heads"),
  hidden: z.int().min(0).max(256).default(0).describe('<n> hidden units of its networks; 0: linear'),
  beliefs: z.string().min(1).optional().describe("<spec> predictor of length and acceptance [the task's]"),
  base: z.string().min(1).optional().describe("<spec> the heuristic it adds to [the task's]"),
  setting: z.string().min(1).optional().describe("<name> a named setting [the task's]"),
  reward: z.string().min(1).optional().describe("<name> a name or formula [the task's]"),
  load: z.number().positive().optional().describe("<share> of the setting's measured capacity [the setting's]"),
  requests: z.int().min(2).max(1_000_000).optional().describe("<n> requests of an episode [the setting's]"),
  budget: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(4000)
    .describe('<n> most simulated episodes, training and choice; the final comparison comes on top'),
  trainSeeds: z.int().min(1).max(100_000).default(256).describe('<n> paired training seeds'),
  batch: z.int().min(1).max(1000).default(6).describe('<n> training seeds of a generation'),
  population: z.int().min(2).max(10_000).optional().describe("<n> points of a generation [the agent's own]"),
  sigma: z.number().positive().max(100).default(0.05).describe('<x> standard deviation of the first points'),
  validationSeeds: z.int().min(2).max(1000).default(24).describe('<n> that choose; as many others judge the choice'),
  validateEvery: z.int().min(1).max(10_000).default(5).describe('<n> generations between two looks at validation'),
  patience: z.int().min(1).max(10_000).default(12).describe('<n> looks without a gain that end it'),
});
type Settings = z.output<typeof settings>;

export const train: CommandSpec<typeof settings> = {
  name: 'train',
  summary: 'train a policy for a task on top of a heuristic; chosen on validation seeds, kept as data',
  details:
    "The policy is a small network over each request's features. It begins as the heuristic, and what it learns is added to that. All points of a\n" +
    "generation meet the same requests and luck; costs are the task's reward, as differences to the heuristic on the same seeds.\n" +
    'Training and validation draw requests from the family of the setting; the setting itself (split test) is never seen.\n' +
    'Interrupted (Ctrl-C), the same command goes on where it stopped, to the same bytes.',
  examples: [
    ['servegym train --task Admit-v0 --agent cma-es --budget 3000', 'order of two service classes beyond capacity'],
    ['servegym train --task Serve-v0 --heads rank,gamma --seed 1', 'order and draft length'],
    ['servegym train --task Admit-v0 --agent random --budget 3000', 'the control at the same number of episodes'],
    ['servegym train --print-config > mine.yaml; servegym train --config mine.yaml', 'settings as a file'],
    [
      'servegym compare --setting two-classes --schedulers srpt,laps-sd,tuned:edf-size,policy:results/train-HASH',
      'what it found, on the test seeds',
    ],
  ],
  argument: 'task',
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const { task, agent, heads, hidden, beliefs, base, setting, reward, load, requests, seed, validationSeeds } = given;
  const stage = stageOf({ task, heads, beliefs, base, setting, reward, load, requests });
  const first = indexWeights({ ...stage.facts, hidden }, seed);
  const hash = hashOf({ ...given, command: 'train' });
  const folder = talk.run.out ?? join('results', `train-${hash}`);
  const journal = openJournal<Played>(folder, 'episodes', hash, talk.run.resume);
  if (journal.before.length > 0) talk.note(`${journal.before.length} episodes of an interrupted run are kept`);
  const weights = Object.values(first.tensors).reduce((sum, { values }) => sum + values.length, 0);
  talk.note(`${weights} weights on top of ${stage.base}`);
  const progress = talk.progress('episodes', given.budget);
  let detail = '';
  let validation: number | null = null;
  const started = performance.now();
  const before = journal.before.length;
  const episodes = openRun({ stage, first, seed }, journal, talk, (known) => {
    const rate = (known - before) / ((performance.now() - started) / 1000);
    progress.at(Math.min(known, given.budget), `${rate.toFixed(1)} episodes/s · ${detail}`);
  });
  const options = { ...given, population: given.population };
  const trained = await agents[agent]
    .train({
      stage,
      first,
      options,
      episodes,
      onGeneration(row) {
        validation = row.validation ?? validation;
        detail = generationText(row, validation);
      },
    })
    .finally(progress.end);
  const rows = await evaluate(episodes, stage, trained.vector, validationSeeds);
  const files = ['config.yaml', POLICY_FILE, 'log.jsonl', 'log.csv', 'episodes.jsonl'].map((name) =>
    join(folder, name),
  );
  writeAtomic(files[0], printOptions('train', given));
  writePolicyFile(files[1], {
    about: stage.facts,
    card: {
      name: `${agent}, seed ${seed}`,
      summary: summaryOf(agent, stage, rows[0].difference, validationSeeds),
      data: [`requests drawn from the family of ${stage.facts.setting}, splits train and validation`],
      command: commandLine('train', settings, given, 'task'),
      seed,
      backend: 'typed arrays',
      measured: measuredOf(rows, validationSeeds),
      limits: [
        `trained for ${stage.facts.setting} at load ${stage.facts.load} with ${stage.facts.beliefs}; elsewhere untried`,
      ],
    },
    weights: withVector(first, trained.vector),
  });
  writeAtomic(files[2], jsonLines(trained.log));
  writeAtomic(files[3], logCsv(trained.log));
  episodes.finish();
  const { vector: _kept, ...outcome } = trained;
  return {
    code: Exit.ok,
    result: { command: 'train', version: packageVersion(), settings: given, ...outcome, evaluation: rows, files },
    text: trainText(agent, stage, trained, rows, validationSeeds, files, compareLine(stage, folder)),
  };
}

const summaryOf = (
  agent: string,
  { facts, base }: Stage,
  difference: Parameters<typeof percentage>[0] | null,
  seeds: number,
) =>
  `${agent} on ${facts.task}, added to ${base} (${[...facts.perRequest, ...facts.forAll].join(', ')}): ` +
  `${facts.reward} cost ${difference === null ? '–' : percentage(difference)} to it on ${seeds} validation seeds of ${facts.setting}`;

/** The command that compares it on the test seeds. */
function compareLine({ facts, base }: Stage, folder: string): string {
  const { setting, engine, load, requests, beliefs } = facts;
  const others = ['srpt', 'laps-sd', base, `policy:${folder}`].join(',');
  return `servegym compare --setting ${setting} --engine ${engine} --load ${load} --requests ${requests} --beliefs ${beliefs} --schedulers '${others}'`;
}
