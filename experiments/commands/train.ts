/** `servegym train`: a policy for a task, trained on requests of the training split and chosen on validation seeds, kept as data. */
import { basename, join } from 'node:path';
import { writePolicyFile } from '../../agents/policy-file.js';
import type { CommandSpec, Talk } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { POLICY_FILE } from '../policies.js';
import { percentage } from '../report/table.js';
import { openJournal, packageVersion } from '../results.js';
import { readTraces } from '../tasks/trace.js';
import { agents } from '../train/agents.js';
import { besides, trainHash } from '../train/besides.js';
import { CONFIG, claimFolder } from '../train/claim.js';
import type { Played } from '../train/episodes.js';
import { type EvaluationRow, evaluate, measuredOf, type Standing } from '../train/evaluate.js';
import { checkTraining, forget, SEED_FILES } from '../train/one-seed.js';
import { trainText } from '../train/report.js';
import { openRun } from '../train/run-episodes.js';
import { type SeedResult, trainSeeds } from '../train/seeds.js';
import { completeTraining, type TrainSettings, trainShape } from '../train/settings.js';
import type { Stage } from '../train/stage.js';
import { trainerName } from '../train/trainer.js';
import { commandLine } from '../tune/command-line.js';

export const train: CommandSpec<typeof trainShape> = {
  name: 'train',
  summary: 'train a policy for a task; chosen on validation seeds, kept as data',
  details:
    'In tasks that add to a heuristic the policy begins as that heuristic. Searches look for the weights of a small network over each\n' +
    "request's features: all points of a generation meet the same requests and luck, costs are differences to the heuristic there. PPO, DQN and\n" +
    'REINFORCE step through environments and train a network of fixed size. All of them: whatever is best on validation seeds comes out.\n' +
    'Training and validation draw requests from the family of the setting; the setting itself (split test) is never seen. Of a trace the first\n' +
    'windows are for training, later ones for validation, and the last are never seen; seeds draw among them, so of a short trace the windows that\n' +
    'choose may judge, too. Load is a share of what the engine serves of the trace.\n' +
    'Interrupted (Ctrl-C), the same command goes on where it stopped, to the same bytes.',
  examples: [
    [
      'servegym train --task Admit-v0 --agent cma-es --budget 3000',
      'whom to leave outside, of two service classes beyond capacity',
    ],
    ['servegym train --task Draft-v0 --agent ppo --load .6,.8,1', 'draft length, at a mixture of loads'],
    ['servegym train --task Queue-v0 --agent dqn --seeds 4', 'four trainings on threads; validation chooses one'],
    ['servegym train --task Admit-v0 --agent random --budget 3000', 'the control at the same number of episodes'],
    ['servegym train Serve-v0 --trace conv.csv.gz --load 0.9 --requests 400', 'on requests of your own'],
    ['servegym train --print-config > mine.yaml; servegym train --config mine.yaml', 'settings as a file'],
    [
      'servegym compare --setting two-classes --schedulers srpt,laps-sd,tuned:edf-size,policy:results/train-HASH',
      'what it found, on the test seeds',
    ],
  ],
  argument: 'task',
  settings: trainShape,
  complete: completeTraining,
  grid: true,
  run: (given, talk) => run(completeTraining(given), talk),
};

async function run(settings: TrainSettings, talk: Talk) {
  const { agent, validationSeeds } = settings;
  const stage = checkTraining(settings);
  await readTraces(stage.places);
  const backend = agents[agent].foreign.includes('trainer') ? 'typed arrays' : await trainerName(settings.trainer);
  const hash = trainHash(settings);
  const folder = talk.run.out ?? join('results', `train-${hash}`);
  claimFolder(folder, settings, talk.run.resume);
  if (stage.facts.heads !== null) talk.note(`on top of ${stage.base}`);
  if (settings.trainer === 'tensorflow') talk.note(`networks are trained with ${backend}`);
  const beside = await besides(settings, stage, folder, talk);
  talk.note(`validation to ${stage.base}: ${beside.map(standingInWords).join(', ')}`);
  const seeds = await trainSeeds(settings, beside, folder, talk);
  const chosen = seeds.reduce((best, each) =>
    each.trained.chosenAt.value < best.trained.chosenAt.value ? each : best,
  );
  const rows = await judge(settings, stage, seeds, folder, hash, talk);
  for (const [k, each] of seeds.entries()) {
    writePolicy(each.folder, settings, stage, backend, each, rows[k], rows[seeds.length]);
    forget(each.folder);
  }
  if (seeds.length > 1)
    writePolicy(folder, settings, stage, backend, chosen, rows[seeds.indexOf(chosen)], rows[seeds.length]);
  const own = [CONFIG, POLICY_FILE, 'evaluation.jsonl', ...(seeds.length > 1 ? [] : SEED_FILES)];
  const files = [
    ...own.map((name) => join(folder, name)),
    ...(seeds.length > 1 ? seeds.map((each) => each.folder) : []),
  ];
  const trained = seeds.map(({ seed: own, trained: { weights: _kept, ...outcome } }) => ({ seed: own, ...outcome }));
  return {
    code: Exit.ok,
    result: {
      command: 'train',
      version: packageVersion(),
      settings,
      backend,
      beside,
      trained,
      chosen: chosen.seed,
      evaluation: rows,
      files,
    },
    text: trainText({ agent, stage, seeds, chosen, rows, validationSeeds, files, next: compareLine(stage, folder) }),
  };
}

const standingInWords = ({ name, difference }: Standing): string => `${name} ${percentage({ value: difference })}`;

/** Every seed's policy on fresh seeds, beside the base and other schedulers. */
async function judge(
  settings: TrainSettings,
  stage: Stage,
  seeds: readonly SeedResult[],
  folder: string,
  hash: string,
  talk: Talk,
): Promise<EvaluationRow[]> {
  const journal = openJournal<Played>(folder, 'evaluation', hash, true); // begun by this run
  const episodes = openRun({ stage, seed: settings.seed }, journal, talk, () => {});
  const named = seeds.map(({ seed, trained: { weights } }) => ({
    name: seeds.length > 1 ? `seed ${seed}` : 'policy',
    weights,
  }));
  const rows = await evaluate(episodes, stage, named, settings.validationSeeds).catch((error: Error) => {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(`all that was trained is kept in ${folder}; the same command goes on to compare it`);
  });
  episodes.finish();
  return rows;
}

function writePolicy(
  folder: string,
  settings: TrainSettings,
  stage: Stage,
  backend: string,
  { seed, trained: { weights } }: SeedResult,
  row: EvaluationRow,
  base: EvaluationRow,
): void {
  const { agent, trace, validationSeeds } = settings;
  const { facts, kind } = stage;
  const where = `${trace === undefined ? '' : `${basename(trace)} on `}${facts.settings.join(', ')} at load ${facts.loads.join(', ')}`;
  writePolicyFile(join(folder, POLICY_FILE), {
    kind,
    about: facts,
    card: {
      name: `${agent}, seed ${seed}`,
      summary: summaryOf(agent, stage, row.difference, validationSeeds),
      data: [
        trace === undefined
          ? `requests drawn from the family of ${facts.settings.join(', ')}, splits train and validation`
          : `windows of ${basename(trace)}, splits train and validation`,
      ],
      command: commandLine('train', trainShape, settings, 'task'),
      seed,
      backend,
      measured: measuredOf(row, base, validationSeeds),
      limits: [`trained for ${where} with ${facts.beliefs}; elsewhere untried`],
    },
    weights,
  });
}

function summaryOf(
  agent: string,
  { facts, base }: Stage,
  difference: EvaluationRow['difference'],
  seeds: number,
): string {
  const { task, heads, reward, settings } = facts;
  const how = heads === null ? '' : `, added to ${base} (${[...heads.perRequest, ...heads.forAll].join(', ')})`;
  const gain = difference === null ? '–' : percentage(difference);
  return `${agent} on ${task}${how}: ${reward} cost ${gain} to ${base} on ${seeds} validation seeds of ${settings.join(', ')}`;
}

/** The command that compares it on the test seeds. */
function compareLine({ facts, base }: Stage, folder: string): string {
  const { settings, engine, loads, requests, beliefs } = facts;
  const others = [...new Set(['srpt', 'laps-sd', base]), `policy:${folder}`].join(',');
  return `servegym compare --setting ${settings[0]} --engine ${engine} --load ${loads.join(',')} --requests ${requests} --beliefs ${beliefs} --schedulers '${others}'`;
}
