/** `servegym policy report`: what training has brought on a task, every training seed shown, beside the three rungs of its rivals. */
import { extname, join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { mapping, printOptions } from '../cli/options.js';
import { openKeptRuns } from '../kept-runs.js';
import { type Contest, judge } from '../learning/judge.js';
import { type Field, type Meeting, openField, type Result, resultName } from '../learning/meetings.js';
import { learningMarkdown, learningText } from '../learning/page.js';
import { placesOf } from '../learning/places.js';
import { ablationsOf, heuristicsOf, learnersOf, type Player, readGroup, trainingsOf } from '../learning/players.js';
import { hashOf, openJournal, packageVersion } from '../results.js';
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
  ablation: z.boolean().default(true).describe("do not switch the policies' heads off one by one"),
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
  const groups = Object.entries(given.policies).map(([name, at]) => readGroup(name, String(at), task.id));
  const heuristics = heuristicsOf(task, setting, defaults.engine ?? setting.deployment.engine, base);
  const rivals = withBase(heuristics, base);
  const learners = learnersOf(groups);
  const ablations = given.ablation ? groups.flatMap(ablationsOf).flatMap(({ players }) => players) : [];
  const all = placesOf(setting, load);
  const places = given.shiftedSeeds > 0 && groups.length > 0 ? all : ([all[0]] as const);
  const names = { beliefs: given.beliefs ?? defaults.beliefs };
  const field: Field = { task: task.id, setting: setting.name, requests, names, places, seed: given.seed };
  const atHome = [...rivals, ...learners, ...ablations];
  const elsewhere = [...rivals.filter(({ label }) => label === base), ...learners];

  const hash = hashOf({
    ...given,
    command: 'policy report',
    cards: groups.map(({ policies }) => policies.map(({ file }) => file.card)),
  });
  const folder = talk.run.out ?? join('results', `policies-${hash}`);
  const journal = openJournal<Result>(folder, 'episodes', hash, talk.run.resume);
  const meetings = [...places.keys()].flatMap((at): Meeting[] =>
    Array.from({ length: at === 0 ? given.seeds : given.shiftedSeeds }, (_, index) => ({
      place: at,
      index,
      players: at === 0 ? atHome : elsewhere,
    })),
  );
  const nameIn = ({ place, index }: Meeting, { label }: Player): string =>
    resultName({ place: places[place].name, index, player: label });
  const wanted = meetings.flatMap((meeting) => meeting.players.map((player) => nameIn(meeting, player)));
  const progress = talk.progress('episodes', wanted.length);
  const kept = openKeptRuns<Field, Meeting, Result>({
    module: new URL(`../learning/worker${extname(import.meta.url)}`, import.meta.url),
    setup: field,
    here: openField,
    journal,
    talk,
    nameOf: resultName,
    onResult: (known) => progress.at(known),
  });
  const missing = meetings
    .map((meeting) => ({
      ...meeting,
      players: meeting.players.filter((player) => !kept.known.has(nameIn(meeting, player))),
    }))
    .filter(({ players }) => players.length > 0);
  await kept.run(missing).finally(progress.end);

  const contest: Contest = {
    base,
    players: atHome,
    groups,
    places,
    ablation: given.ablation,
    seeds: given.seeds,
    shiftedSeeds: given.shiftedSeeds,
  };
  const judgement = judge(
    (place, index, player) => kept.known.get(resultName({ place: place.name, index, player })) as Result,
    contest,
  );
  const facts = [
    `${setting.name} at load ${load}, ${requests} requests, split test: nothing that anybody was trained or tuned on; beliefs ${names.beliefs}`,
    `${given.seeds} paired seeds${places.length > 1 ? `, ${given.shiftedSeeds} of each shifted family` : ''}; intervals are 95 % bootstrap`,
    ...groups.map(({ name, policies }) => `${name}: ${policies.map(({ label }) => label).join(', ')}`),
  ];
  const files = ['page.md', 'config.yaml', 'episodes.jsonl', 'results.json'].map((name) => join(folder, name));
  const page = { task: task.id, question: task.question, judgement, facts };
  const commands = [...groups.flatMap(trainingsOf), commandLine('policy report', settings, given, 'task')];
  writeAtomic(files[0], learningMarkdown(page, commands));
  writeAtomic(files[1], printOptions('policy report', given));
  kept.finish(wanted);
  const result = { command: 'policy report', version: packageVersion(), settings: given, ...judgement, files };
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
