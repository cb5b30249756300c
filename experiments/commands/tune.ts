/** `servegym tune`: the best parameters, engine knobs and draft length for a scheduler, sought on training seeds and chosen on validation seeds. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { type PresetName, presets } from '../../env/serving/presets.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { jsonLines } from '../files.js';
import { isPolicy } from '../policies.js';
import { hashOf, openJournal, packageVersion } from '../results.js';
import { commandLine } from '../tune/command-line.js';
import { choiceFor } from '../tune/contender.js';
import { objectives, usualObjective } from '../tune/objective.js';
import { tuneText } from '../tune/report.js';
import { runSearch } from '../tune/run-search.js';
import { openTrials } from '../tune/run-trials.js';
import type { Trial } from '../tune/trials.js';
import { compareYaml, shippedName, type Tuned } from '../tune/tuned.js';

/** Presets that have the limits of a setting's hardware as they stand. */
const ENGINES = (Object.keys(presets) as PresetName[]).filter((name) => name.startsWith('vllm-v1'));

const settings = withSeed({
  scheduler: z.string().min(1).default('srpt').describe('<spec> what is tuned: a name, combinator or formula'),
  setting: z.string().min(1).default('chat-long').describe('<name> a named setting (servegym list settings)'),
  rung: z
    .int()
    .min(2)
    .max(3)
    .default(3)
    .describe('<n> 2: order parameters inside the engine preset; 3: every knob the policy has'),
  belief: z.string().min(1).default('noisy+posterior').describe('<spec> predictor of length and acceptance'),
  engine: z.enum(ENGINES).optional().describe("<name> another preset than the setting's own"),
  objective: z
    .enum(objectives)
    .optional()
    .describe(
      `<name> what is made small: ${objectives.join(', ')} [missed where the setting makes promises, else jct]`,
    ),
  load: z.number().positive().optional().describe("<share> of the setting's measured capacity [the setting's]"),
  requests: z.int().min(2).max(1_000_000).optional().describe("<n> requests of an episode [the setting's]"),
  budget: z.int().min(1).max(10_000_000).default(1000).describe('<n> most simulated episodes'),
  trainSeeds: z.int().min(1).max(1000).default(16).describe('<n> paired training seeds'),
  validationSeeds: z.int().min(1).max(1000).default(12).describe('<n> paired validation seeds'),
});
type Settings = z.output<typeof settings>;

export const tune: CommandSpec<typeof settings> = {
  name: 'tune',
  summary: 'tune a scheduler: order parameters, engine knobs, draft length; chosen on validation seeds',
  details:
    'Random search, successive halving on growing numbers of training seeds, then local search; whoever leads is looked at on validation seeds.\n' +
    'It ends when validation gained nothing in the last third of all episodes, or when the budget is spent. Training and validation draw their\n' +
    "requests from the setting's family; the setting itself (split test) is never seen.\n" +
    'Interrupted (Ctrl-C), the same command goes on where it stopped.',
  examples: [
    ['servegym tune volume --setting chat-long', 'every knob, 1,000 episodes: a few minutes'],
    ['servegym tune laps-sd --rung 2 --budget 300', 'its own parameters only, in the engine as it is'],
    ['servegym tune srpt --engine vllm-v1+rank', 'with preemption by rank, hysteresis among the knobs'],
    ['servegym compare --config results/tune-HASH/tuned.yaml', 'what it found, on the test seeds'],
  ],
  argument: 'scheduler',
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const { budget, trainSeeds, validationSeeds, seed, engine } = given;
  const rung = given.rung as Tuned['rung'];
  const setting = namedSetting(given.setting);
  const objective = given.objective ?? usualObjective(setting);
  if (isPolicy(given.scheduler))
    throw new Error(`${given.scheduler}: is trained, not tuned; servegym train goes on with a task`);
  const base = resolveScheduler(given.scheduler).name;
  const belief = resolvePredictor(given.belief).name;
  const choice = choiceFor(base, belief, setting, rung, engine);
  const arena = { setting: setting.name, engine, load: given.load, requests: given.requests, seed };
  const hash = hashOf({ ...given, command: 'tune' });
  const folder = talk.run.out ?? join('results', `tune-${hash}`);
  const journal = openJournal<Trial>(folder, 'episodes', hash, talk.run.resume);
  if (journal.before.length > 0) talk.note(`${journal.before.length} episodes of an interrupted run are kept`);
  talk.note(`${Object.keys(choice.space).length} dimensions: ${Object.keys(choice.space).join(', ')}`);
  const progress = talk.progress('episodes', budget);
  const trials = openTrials(arena, journal, talk, progress.at);
  const found = await runSearch(choice, objective, trials, { budget, trainSeeds, validationSeeds, seed }).finally(
    progress.end,
  );
  const tuned: Tuned = {
    setting: setting.name,
    engine: engine ?? setting.deployment.engine,
    load: given.load ?? setting.load,
    requests: given.requests ?? setting.requests,
    base,
    rung,
    objective,
    contender: choice.contender(found.point),
    gain: { train: found.trainGain, validation: found.validationGain },
    provenance: {
      command: commandLine('tune', settings, given, 'scheduler', ['budget']),
      version: packageVersion(),
      budget,
      spent: found.spent,
      seed,
      trainSeeds,
      validationSeeds,
      ended: found.ended,
    },
  };
  const files = {
    tuned: join(folder, 'tuned.json'),
    compare: join(folder, 'tuned.yaml'),
    log: join(folder, 'search.jsonl'),
    episodes: join(folder, 'episodes.jsonl'),
  };
  writeAtomic(files.tuned, `${JSON.stringify(tuned, null, 2)}\n`);
  writeAtomic(files.compare, compareYaml(tuned, files.tuned));
  writeAtomic(files.log, jsonLines(found.log));
  trials.finish();
  const result = { command: 'tune', version: packageVersion(), settings: given, tuned, log: found.log, files };
  return { code: Exit.ok, result, text: tuneText(tuned, found, files, shippedName(tuned)) };
}
