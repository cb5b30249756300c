/** `servegym watch`: one episode of a task as it happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import type { Summary } from '../../env/serving/metrics.js';
import { createChromeTrace } from '../../env/serving/recorders/chrome-trace.js';
import { toMillis, toSeconds } from '../../env/time.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { openPlay, type Play, type Played } from '../play/open.js';
import { figure, textTable } from '../report/table.js';
import { packageVersion } from '../results.js';
import { taskArguments } from '../tasks/arguments.js';
import type { TaskNames } from '../tasks/names.js';
import { readTraces } from '../tasks/trace.js';

const settings = withSeed({
  task: z.string().min(1).default('Serve-v0').describe('<id> task'),
  policy: z
    .string()
    .min(1)
    .default('zero')
    .describe('<spec> zero (the heuristic), random, epsilon:0.1, action:3, a scheduler, policy:DIR or expr: formula'),
  set: taskArguments()
    .default({})
    .describe('<name=value,…> arguments of the task: setting, trace, load, requests, beliefs, base, reward, slots, …'),
  speed: z.number().positive().default(10).describe('<n> simulated seconds a second, on a screen'),
  fps: z.number().min(0.1).max(60).default(10).describe('<n> frames a second, on a screen'),
  every: z.number().positive().default(5).describe('<seconds> simulated time between two lines, elsewhere'),
  svg: z.string().min(1).optional().describe('<file> the last frame as SVG: the last minute of the episode'),
  png: z.string().min(1).optional().describe('<file> the same as PNG'),
  trace: z.string().min(1).optional().describe('<file> the episode as a Chrome trace, for ui.perfetto.dev'),
});
type Settings = z.output<typeof settings>;

export const watch: CommandSpec<typeof settings> = {
  name: 'watch',
  summary: 'one episode of a task as it happens: who runs, who waits, memory, decisions',
  details: `On a screen the frame is redrawn in place; elsewhere there is a line now and then. Both go to stderr.
▶ runs · ‖ is paused or held · · waits. Bars of answers end at the believed length: the true one is nobody's to see.
A scheduler takes the place of the task's heuristic. Where actions are choices (Pick-v0, Queue-v0, Draft-v0) the agent does what
the scheduler would, as far as a choice can say it.`,
  examples: [
    ['servegym watch Serve-v0 --policy srpt', 'SRPT in the flagship setting'],
    ['servegym watch Serve-v0 --set trace=conv.csv.gz,requests=400,load=0.9', 'requests of your own'],
    ['servegym watch Select-v0 --policy edf --set heuristics=srpt,edf,fcfs', 'other heuristics to choose among'],
    ['servegym watch Pick-v0 --policy random --set requests=200,load=1.1 --speed 30', 'chance under overload, faster'],
    [
      "servegym watch Queue-v0 --policy 'expr: remaining' --svg queue.svg --trace queue.json",
      'a formula, and pictures',
    ],
  ],
  argument: 'task',
  settings,
  run,
};

async function run(given: Settings, talk: Talk) {
  const trace = given.trace === undefined ? null : createChromeTrace();
  const names: TaskNames = { ...given.set, renderMode: 'svg', metrics: true };
  await readTraces([names]);
  const play = openPlay(given.task, given.policy, names, trace ? [() => trace] : []);
  talk.note(`${given.task} under ${given.policy}: ${play.says}`);
  let steps = 0;
  let total = 0;
  play.begin(String(given.seed));
  const show = talk.interactive ? onScreen(play, given, talk) : inLines(play, given, talk);
  let last: Played;
  do {
    last = play.step();
    steps++;
    total += last.reward;
    await show(Number(last.info.now), () => total);
  } while (!(last.terminated || last.truncated));
  const files = write(given, play, trace?.json());
  const summary = last.info.summary as Summary;
  const result = {
    command: 'watch',
    version: packageVersion(),
    settings: given,
    policy: play.says,
    steps,
    return: total,
    outcome: last.info.outcome,
    files,
    summary,
  };
  play.env.close();
  return { code: Exit.ok, result, text: ending(given, summary, steps, total, files) };
}

/** Shows what there is to see after a step, at a time in seconds. */
type Show = (now: number, total: () => number) => Promise<void>;

/** Frames over each other, in step with the clock on the wall. */
function onScreen({ env }: Play, { speed, fps }: Settings, talk: Talk): Show {
  let next = 0;
  let lines = 0;
  return async (now) => {
    if (now < next) return;
    next = now + speed / fps;
    const frame = String(env.frame('ansi'));
    const up = lines > 0 ? `\x1b[${lines}A\x1b[J` : '';
    talk.note(up + frame);
    lines = frame.split('\n').length;
    await sleep(1000 / fps, undefined, { signal: talk.signal }).catch(() => {});
    stopIfAsked(talk, now);
  };
}

/** Steps between two looks whether Ctrl-C was pressed. */
const STEPS_BETWEEN_LOOKS = 500;

function inLines({ env }: Play, { every }: Settings, talk: Talk): Show {
  let next = 0;
  let steps = 0;
  return async (now, total) => {
    if (++steps % STEPS_BETWEEN_LOOKS === 0) {
      await new Promise(setImmediate);
      stopIfAsked(talk, now);
    }
    if (now < next) return;
    next = now + every;
    const [, memory, batch, here] = String(env.frame('ansi'))
      .split('\n')
      .map((line) => line.slice(LABEL));
    const share = /\d+ %/.exec(memory)?.[0];
    const parts = [`${figure(now)} s`, here, `batch of ${batch}`, share && `KV ${share}`, `rewards ${figure(total())}`];
    talk.note(parts.filter((part) => part !== undefined).join(' · '));
  };
}

/** Width of the names of lines in a frame. */
const LABEL = 7;

function stopIfAsked({ signal }: Talk, now: number): void {
  if (signal.aborted) throw new Interrupted(`stopped at ${figure(now)} s, nothing was written`);
}

function write({ svg, png, trace }: Settings, { env }: Play, json: string | undefined): string[] {
  const files: string[] = [];
  const add = (file: string | undefined, content: () => unknown): void => {
    if (file === undefined) return;
    writeAtomic(file, content() as string | Uint8Array);
    files.push(file);
  };
  add(svg, () => env.frame('svg'));
  add(png, () => env.frame('png'));
  add(trace, () => json);
  return files;
}

function ending(given: Settings, s: Summary, steps: number, total: number, files: readonly string[]): string {
  const spreads = [
    ['TTFT, s', s.ttft, toSeconds],
    ['TPOT, ms', s.tpot, toMillis],
    ['JCT, s', s.jct, toSeconds],
  ] as const;
  const rows = spreads.map(([name, { mean, p50, p99 }, unit]) => [
    name,
    ...[mean, p50, p99].map((x) => figure(unit(x))),
  ]);
  const columns = [{ title: '', align: 'left' as const }, ...['mean', 'p50', 'p99'].map((title) => ({ title }))];
  const { task, policy } = given;
  return [
    `${task} under ${policy}: ${s.requests.finished} of ${s.requests.arrived} requests finished in ${figure(toSeconds(s.span))} s, ` +
      `${s.evictions} evictions; ${steps} steps, return ${figure(total)}`,
    '',
    textTable({ columns, rows }),
    ...(files.length > 0 ? ['Written:', ...files.map((file) => `  ${file}`)] : []),
    'Try next:',
    `  npx servegym watch ${task} --policy ${policy === 'random' ? 'zero' : 'random'}`,
    '      the same requests and luck under another policy',
    `  npx servegym dataset ${task} --policy mix --episodes 20 --out data`,
    '      logged episodes to learn from',
    '',
  ].join('\n');
}
