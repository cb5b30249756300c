/** `servegym voi`: what predictions of length and acceptance are worth to schedulers, from the truth down to nothing. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { didYouMean } from '../../env/spelling.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list } from '../cli/options.js';
import { makeFolder } from '../files.js';
import { measureLoad } from '../load.js';
import { hashOf, packageVersion } from '../results.js';
import { runGrid } from '../run-grid.js';
import { hardwareOf } from '../setting.js';
import { commandLine } from '../tune/command-line.js';
import { everybody, summed, type Voi } from '../voi/measure.js';
import { voiMarkdown, voiText } from '../voi/page.js';
import { type Place, places } from '../voi/places.js';
import { openWorld } from '../world.js';

const settings = withSeed({
  place: list(z.string())
    .default(places.map(({ name }) => name))
    .describe(`<names> of ${places.map(({ name }) => name).join(', ')}`),
  seeds: z.int().min(2).max(10_000).default(12).describe('<n> paired seeds; everybody meets the same luck'),
  requests: z.int().min(10).max(1_000_000).default(400).describe('<n> requests of an episode'),
  load: z.number().positive().optional().describe("<share> of measured capacity [each place's own]"),
  pictures: z.boolean().default(true).describe('draw no picture'),
});
type Settings = z.output<typeof settings>;

export const voi: CommandSpec<typeof settings> = {
  name: 'voi',
  summary: 'value of information: mean JCT against the quality of predictions, for length and for acceptance',
  details:
    'SRPT, TRAIL, LAPS-SD and volume are given the truth, the truth with errors of known size, trained predictors, and next to nothing.\n' +
    'Where lengths are swept, acceptance is as measured; where acceptance is swept, lengths are known, LAPS-SD orders by the believed\n' +
    'acceptance, and the others choose draft lengths by it (threshold-gamma). Differences to FCFS are paired by seed, intervals 95 % bootstrap.',
  examples: [
    ['servegym voi --seeds 4 --requests 100', 'a first look'],
    ['servegym voi --place batch-1 --load 0.7', 'one request at a time, less load'],
  ],
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const hash = hashOf({ ...given, command: 'voi' });
  const folder = talk.run.out ?? join('results', `voi-${hash}`);
  const chosen = given.place.map(placeOf);
  makeFolder(folder);
  const all: Voi[] = [];
  for (const place of chosen) all.push(await measure(place, given, join(folder, place.name), hash, talk));
  const facts = [
    `${given.seeds} paired seeds of ${given.requests} requests at each place: embedded chat, drafts of an EAGLE head, γ 3; intervals are 95 % bootstrap over seeds`,
    'Prompts are written so that they explain half of the variance of length: what a prompt explains over models in AlpacaEval',
  ];
  const files = [join(folder, 'page.md'), join(folder, 'results.json')];
  writeAtomic(files[0], voiMarkdown(all, facts, commandLine('voi', settings, given)));
  if (given.pictures) {
    const [{ voiPicture }, { writePicture }] = await Promise.all([
      import('../voi/picture.js'), // slow to load, so only when wanted
      import('../report/render.js'),
    ]);
    files.push(...(await writePicture(folder, 'voi', voiPicture(all, facts))));
  }
  const result = { command: 'voi', version: packageVersion(), settings: given, places: all, files };
  writeAtomic(files[1], `${JSON.stringify(result, null, 2)}\n`);
  return { code: Exit.ok, result, text: voiText(all, facts, files) };
}

function placeOf(name: string): Place {
  const place = places.find((each) => each.name === name);
  if (place) return place;
  const known = places.map((each) => each.name);
  throw new Error(`unknown place ${JSON.stringify(name)}${didYouMean(name, known)}`);
}

async function measure(place: Place, given: Settings, folder: string, hash: string, talk: Talk): Promise<Voi> {
  const { seeds, requests, seed, load = place.load } = given;
  const setting = { ...place.setting, requests, seed };
  const [engine] = setting.engine;
  talk.note(`${place.name}: measuring capacity …`);
  const world = await openWorld(setting, seeds);
  const { capacity, gamma } = await measureLoad(setting, world, hardwareOf(setting), engine, talk.signal);
  const loads = [{ load, rate: load * capacity.requestsPerSecond }];
  talk.note(`${place.name}, load ${load} …`);
  const grid = { setting, loads, seeds, gamma, contestants: everybody(), done: [] };
  const episodes = await runGrid(grid, folder, hash, talk);
  return summed({ ...place, load }, capacity.requestsPerSecond, episodes);
}
