/** `servegym policy lengths`: what knowing output lengths is worth to a heuristic, and how much of that a refining predictor and a policy trained on it get without knowing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { PolicyFile } from '../../agents/policy-file.js';
import { writeAtomic } from '../../env/files.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { resolvePredictor } from '../catalogue.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list, printOptions } from '../cli/options.js';
import { castArms } from '../learning/lengths/arms.js';
import { legendOf, lengthMarkdown, lengthText } from '../learning/lengths/page.js';
import { lengthGap } from '../learning/lengths/share.js';
import { inTurns } from '../learning/lengths/turns.js';
import { placesOf } from '../learning/places.js';
import { type Group, readGroup } from '../learning/players.js';
import { playRounds } from '../learning/rounds.js';
import { findPolicy, POLICY_FILE } from '../policies.js';
import { hashOf, packageVersion } from '../results.js';
import { findTask } from '../tasks/open.js';
import { trainShape } from '../train/settings.js';
import { commandLine } from '../tune/command-line.js';
import { orderOf } from '../tune/contestants.js';
import { train } from './train.js';

const word = z.string().min(1);
const settings = withSeed({
  task: word.default('Serve-v0').describe('<id> a task (servegym task list)'),
  setting: word.default('long-prompts').describe('<name> a named setting'),
  base: word.optional().describe("<spec> the heuristic, and what policies add to [the task's]"),
  static: word.default('noisy+posterior').describe('<spec> beliefs that do not look again: the first arm'),
  refining: word.default('trail+posterior').describe('<spec> beliefs that are refined while a request decodes'),
  candidates: list(word)
    .default([
      'trail+posterior',
      'trail:longest=1024+posterior',
      'trail:longest=2048+posterior',
      'trail:longest=2048,bins=20+posterior',
      'trail:longest=2048,reading=trained+posterior',
    ])
    .describe('<specs> refining predictors among which policy and predictor are trained in turns'),
  controls: list(word)
    .default(['refined(noisy)+posterior', 'trail:every=1000000+posterior', 'trail:mae=67.8,promptMae=92.2+posterior'])
    .describe('<specs> other predictors that the heuristic is shown with'),
  budget: z.int().min(1).max(10_000_000).default(500).describe('<n> simulated episodes of a training (CMA-ES)'),
  trainings: z.int().min(1).max(1000).default(1).describe('<n> training seeds of each policy'),
  predictorSeeds: z.int().min(1).max(10_000).default(8).describe('<n> training seeds that choose a predictor'),
  turns: z.int().min(1).max(100).default(3).describe('<n> most policies that are trained in turns'),
  requests: z.int().min(2).max(1_000_000).optional().describe("<n> requests of an episode [the setting's]"),
  seeds: z.int().min(2).max(10_000).default(24).describe('<n> paired test seeds'),
});
type Settings = z.output<typeof settings>;

export const policyLengths: CommandSpec<typeof settings> = {
  name: 'lengths',
  summary: 'the length-information gap: how much of it a refining predictor and a policy trained on it close',
  details:
    'The gap: the heuristic on static beliefs, and the same heuristic with true lengths. Between them: static or refining beliefs, the\n' +
    'heuristic or a policy trained (CMA-ES) on those beliefs, and policy and predictor in turns: the predictor with which the policy costs\n' +
    'least on training seeds, a policy trained on its beliefs, and so on until the choice stays. Trained policies are kept in the folder and\n' +
    'are not trained again. Judged on test seeds, paired; intervals are 95 % bootstrap over training seeds × workload seeds.',
  examples: [
    ['servegym policy lengths --setting long-prompts', 'few slots: memory for six requests'],
    ['servegym policy lengths --setting heavy-tail --trainings 3', 'several trainings of each policy'],
  ],
  argument: 'task',
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const task = findTask(given.task);
  const setting = namedSetting(given.setting);
  const base = given.base ?? task.defaults.base;
  const requests = given.requests ?? setting.requests;
  const [place] = placesOf(setting, setting.load);
  if (orderOf(base, setting.name).reads === 'nothing')
    throw new Error(
      `${base} reads no lengths, knowing them is worth nothing to it: expected --base srpt, tuned:volume or the like`,
    );
  for (const spec of [given.static, given.refining, ...given.candidates, ...given.controls]) resolvePredictor(spec);
  const hash = hashOf({ ...given, command: 'policy lengths' });
  const folder = talk.run.out ?? join('results', `lengths-${hash}`);
  const told = { task: task.id, setting: [setting.name], base, requests };
  const trained = new Map<string, Group>();
  const trainOn = async (beliefs: string): Promise<Group> => {
    const known = trained.get(beliefs);
    if (known) return known;
    const name = `policy-${trained.size + 1}`;
    const own = { ...told, beliefs, budget: given.budget, seeds: given.trainings, seed: given.seed };
    const group = await trainOnce(name, own, join(folder, name), talk);
    trained.set(beliefs, group);
    return group;
  };
  await trainOn(given.static);
  await trainOn(given.refining);
  const turns = await inTurns({
    where: { task: task.id, settings: [setting.name], base, requests, parameters: {} },
    candidates: given.candidates,
    seeds: given.predictorSeeds,
    seed: given.seed,
    most: given.turns,
    train: async (beliefs) => chosenIn(join(folder, (await trainOn(beliefs)).name)).weights,
    signal: talk.signal,
  });
  const { arms, controls, players } = castArms({
    base,
    static: given.static,
    refining: given.refining,
    inTurns: turns.beliefs,
    known: `oracle+${given.static.split('+')[1] ?? 'posterior'}`,
    controls: given.controls,
    trained,
  });
  const setup = { task: task.id, setting: setting.name, requests, names: {}, seed: given.seed };
  const rounds = [{ place, seeds: given.seeds, players }];
  const played = await playRounds(setup, rounds, folder, hash, talk);
  const page = {
    title: `${setting.name}: what knowing lengths is worth`,
    arms: lengthGap(played, place, given.seeds, arms),
    controls: lengthGap(played, place, given.seeds, controls).slice(1, -1),
    turns,
    facts: [
      `${place.name}, ${setting.capacity.slots} slots, ${requests} requests, split test; ${given.seeds} paired seeds, ${given.trainings} training${given.trainings > 1 ? 's' : ''} of each policy; intervals are 95 % bootstrap`,
      ...legendOf(players.map(({ beliefs = '' }) => beliefs)),
      'How long an answer is does not depend on who schedules: what a policy changes for its predictor is which errors cost most',
    ],
  };
  const files = ['page.md', 'config.yaml', 'episodes.jsonl', 'results.json'].map((name) => join(folder, name));
  writeAtomic(files[0], lengthMarkdown(page, [commandLine('policy lengths', settings, given, 'task')]));
  writeAtomic(files[1], printOptions('policy lengths', given));
  const result = { command: 'policy lengths', version: packageVersion(), settings: given, ...page, files };
  writeAtomic(files[3], `${JSON.stringify(result, null, 2)}\n`);
  return { code: Exit.ok, result, text: lengthText(page, files) };
}

/** Trains, unless the folder holds what the same command has left. */
async function trainOnce(name: string, told: z.input<typeof trainShape>, folder: string, talk: Talk): Promise<Group> {
  const own = train.complete?.(trainShape.parse(told)) ?? trainShape.parse(told);
  const command = commandLine('train', trainShape, own, 'task');
  const there = existsSync(join(folder, POLICY_FILE)) && chosenIn(folder).card.command === command;
  if (there && talk.run.resume) return readGroup(name, folder, String(told.task));
  talk.note(`${name}: training on ${told.beliefs} …`);
  await train.run(own, { ...talk, run: { ...talk.run, out: folder } });
  return readGroup(name, folder, String(told.task));
}

/** The policy that validation chose among the trainings of a folder. */
const chosenIn = (folder: string): PolicyFile => findPolicy(`policy:${folder}`) as PolicyFile;
