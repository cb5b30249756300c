/** `servegym policy report`: what training has brought on a task, every training seed shown, beside the three rungs of its rivals. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list, mapping, numbers, printOptions } from '../cli/options.js';
import { readCurves } from '../learning/curves.js';
import { gammaPlaces, gammaRivals, gammaStudy } from '../learning/gamma.js';
import { type Contest, judge } from '../learning/judge.js';
import { learningMarkdown, learningText } from '../learning/page.js';
import { CURVES, drawReport, GAMMA } from '../learning/pictures.js';
import { placesOf } from '../learning/places.js';
import {
  ablationsOf,
  heuristicsOf,
  learnersOf,
  type Player,
  readGroup,
  rivalsOf,
  trainingsOf,
} from '../learning/players.js';
import { playRounds, type Round } from '../learning/rounds.js';
import { hashOf, packageVersion } from '../results.js';
import { findTask } from '../tasks/open.js';
import { commandLine } from '../tune/command-line.js';

const settings = withSeed({
  task: z.string().min(1).default('Admit-v0').describe('<id> a task (servegym task list)'),
  policies: mapping()
    .default({})
    .describe('<name=folder,…> trainings that differ by seed alone: the folder of one or of several'),
  setting: z.string().min(1).optional().describe("<name> a named setting [the task's]"),
  load: z.number().positive().optional().describe("<share> of the setting's measured capacity [the task's]"),
  requests: z.int().min(2).max(1_000_000).optional().describe("<n> requests of an episode [the setting's]"),
  beliefs: z.string().min(1).optional().describe("<spec> predictor of length and acceptance [the task's]"),
  base: z.string().min(1).optional().describe("<spec> what everybody is compared with [the task's]"),
  seeds: z.int().min(2).max(10_000).default(40).describe('<n> paired seeds of the setting'),
  shiftedSeeds: z.int().min(0).max(10_000).default(12).describe('<n> of each shifted family; 0: none'),
  loads: numbers(z.number().positive())
    .optional()
    .describe('<shares> loads of shifted families [a tenth less, a tenth more]'),
  rivals: list(z.string().min(1))
    .default([])
    .describe(
      "<specs> others who play in every place, with the base's engine knobs if they bring none; policies are compared with the best of them there",
    ),
  ablation: z.boolean().default(true).describe("do not switch the policies' heads off one by one"),
  gammaLoads: numbers(z.number().positive())
    .optional()
    .describe('<shares> loads at which draft lengths are looked at, beside every fixed γ [none]'),
  gammaRules: list(z.string().min(1))
    .default(['gamma-by-load', 'goodput-gamma'])
    .describe('<specs> rules for γ to compare with there, around the order of the base'),
  gammaSeeds: z.int().min(2).max(10_000).default(12).describe('<n> paired seeds of each of these loads'),
});
type Settings = z.output<typeof settings>;

export const policyReport: CommandSpec<typeof settings> = {
  name: 'report',
  summary:
    'trained policies on test seeds, beside published and tuned schedulers; by training seed, place and decision',
  details:
    'Rungs: published defaults, tuned inside the engine preset, tuned with every knob; then the same with true lengths, and what was learned.\n' +
    'Everybody meets the same requests and luck. Of trainings the median over training seeds counts, with a 95 % interval over training seeds ×\n' +
    'workload seeds. Shifted families: lighter and heavier load, each parameter of the requests at the ends of its test range.',
  examples: [
    [
      'servegym policy report Admit-v0 --policies cma-es=results/admit-cma,random=results/admit-random',
      'two kinds of training',
    ],
    ['servegym policy report Serve-v0', 'the rungs alone: what there is to beat'],
    [
      "servegym policy report Chunk-v0 --policies cma-es=results/chunk-cma-es --loads .5,.7,1 --rivals 'fixed-budget(volume):tokens=256,fixed-budget(volume):tokens=512'",
      'and rivals of your choice in every place',
    ],
    [
      'servegym policy report Draft-v0 --policies ppo=results/draft-ppo --gamma-loads .1,.3,.6,.95',
      'and which draft lengths it chooses as load grows',
    ],
  ],
  argument: 'task',
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const task = findTask(given.task);
  const { defaults } = task;
  const setting = namedSetting(given.setting ?? defaults.setting);
  const base = given.base ?? defaults.base;
  const requests = given.requests ?? setting.requests;
  const load = given.load ?? (given.setting === undefined ? defaults.load : undefined) ?? setting.load;
  const groups = Object.entries(given.policies).map(([name, at]) => readGroup(name, at, task.id));
  const heuristics = heuristicsOf(task, setting, defaults.engine ?? setting.deployment.engine, base);
  const known = withBase(heuristics, base);
  const asked = rivalsOf(given.rivals, base, setting);
  const rivals = [...known, ...asked.filter(({ label }) => known.every((each) => each.label !== label))];
  const learners = learnersOf(groups);
  const ablations = given.ablation ? groups.flatMap(ablationsOf).flatMap(({ players }) => players) : [];
  const all = placesOf(setting, load, given.loads);
  const places = given.shiftedSeeds > 0 && groups.length > 0 ? all : ([all[0]] as const);
  const beliefs = given.beliefs ?? defaults.beliefs;
  const atHome = [...rivals, ...learners, ...ablations];
  const elsewhere = [known[0], ...asked.filter(({ label }) => label !== base), ...learners];
  const drafted = gammaPlaces(given.gammaLoads ?? []);
  const drafting = drafted.length > 0 ? gammaRivals(base, given.gammaRules, setting) : [];
  const rounds: Round[] = [
    ...places.map((place, at) => ({
      place,
      seeds: at === 0 ? given.seeds : given.shiftedSeeds,
      players: at === 0 ? atHome : elsewhere,
    })),
    ...drafted.map((place) => ({ place, seeds: given.gammaSeeds, players: [...drafting, ...learners] })),
  ];

  const hash = hashOf({
    ...given,
    command: 'policy report',
    cards: groups.map(({ policies }) => policies.map(({ file }) => file.card)),
  });
  const folder = talk.run.out ?? join('results', `policies-${hash}`);
  const setup = { task: task.id, setting: setting.name, requests, names: { beliefs }, seed: given.seed };
  const played = await playRounds(setup, rounds, folder, hash, talk);
  const { ablation, seeds, shiftedSeeds } = given;
  const contest: Contest = {
    base,
    players: atHome,
    groups,
    rivals: asked.map(({ label }) => label),
    places,
    ablation,
    seeds,
    shiftedSeeds,
  };
  const judgement = judge(played, contest);
  const study =
    drafted.length > 0
      ? gammaStudy(played, { places: drafted, rivals: drafting, groups, seeds: given.gammaSeeds })
      : undefined;
  const facts = [
    `${setting.name} at load ${load}, ${requests} requests, split test: nothing that anybody was trained or tuned on; beliefs ${beliefs}`,
    `${given.seeds} paired seeds${places.length > 1 ? `, ${given.shiftedSeeds} of each shifted family` : ''}${study ? `, ${given.gammaSeeds} of each load at which γ is looked at` : ''}; intervals are 95 % bootstrap`,
    ...groups.map(({ name, policies }) => `${name}: ${policies.map(({ label }) => label).join(', ')}`),
  ];
  const curves = readCurves(groups);
  const pictures = await drawReport(folder, { task: task.id, subtitle: facts[0], curves, study });
  const files = [
    ...['page.md', 'config.yaml', 'episodes.jsonl', 'results.json'].map((name) => join(folder, name)),
    ...pictures,
  ];
  const gamma = study && { study, groups: groups.map(({ name }) => name), picture: `${GAMMA}.svg` };
  const page = {
    task: task.id,
    question: task.question,
    judgement,
    facts,
    ...(curves.length > 0 && { curves: `${CURVES}.svg` }),
    ...(gamma && { gamma }),
  };
  const commands = [...groups.flatMap(trainingsOf), commandLine('policy report', settings, given, 'task')];
  writeAtomic(files[0], learningMarkdown(page, commands));
  writeAtomic(files[1], printOptions('policy report', given));
  const result = {
    command: 'policy report',
    version: packageVersion(),
    settings: given,
    ...judgement,
    ...(study && { gamma: study }),
    curves,
    files,
  };
  writeAtomic(files[3], `${JSON.stringify(result, null, 2)}\n`);
  return { code: Exit.ok, result, text: learningText(page, files) };
}

/** The base is among the rivals, once, under its own spec. */
function withBase(players: readonly Player[], base: string): Player[] {
  const others = players.filter(
    ({ label, scheduler, rung }) => rung === 'clairvoyant' || (label !== base && scheduler !== `${base}@3`),
  );
  const rung = base.startsWith('tuned:')
    ? base.endsWith('@2')
      ? 'tuned inside the preset'
      : 'tuned with every knob'
    : 'published defaults';
  return [{ label: base, rung, scheduler: base }, ...others];
}
