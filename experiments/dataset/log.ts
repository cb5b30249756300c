/** Plays episodes and logs them. */

import { Interrupted } from '../cli/exit.js';
import type { Progress } from '../cli/progress.js';
import { openPlay, type Play } from '../play/open.js';
import { hashOf, packageVersion } from '../results.js';
import type { TaskNames } from '../tasks/names.js';
import { readTraces } from '../tasks/trace.js';
import { layoutOf, type Table } from './columns.js';
import { finishedIn, openFolder } from './folder.js';
import { type EpisodeFacts, FORMAT, VERSION } from './format.js';

export interface LogOptions {
  readonly task: string;
  readonly names: TaskNames;
  /** A player's spec, or `mix`: heuristic, epsilon:0.1 and random, an episode each in turn. */
  readonly policy: string;
  readonly episodes: number;
  readonly seed: number;
  readonly out: string;
  readonly resume: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What became of it. */
export interface Logged {
  readonly episodes: readonly EpisodeFacts[];
  readonly files: readonly string[];
  /** In words, what each policy does. */
  readonly says: readonly string[];
}

const MIX = ['heuristic', 'epsilon:0.1', 'random'];
/** Steps between two looks whether Ctrl-C was pressed. */
const STEPS_BETWEEN_LOOKS = 1000;

/**
 * Logs episodes to a folder. The same options give the same bytes, however often it was interrupted. Episode k begins with
 * the seed `SEED/k`.
 * @returns null if the folder has this very dataset already
 * @throws Error if it has another one
 */
export async function logEpisodes(options: LogOptions): Promise<Logged | null> {
  const { task, names, policy, episodes, seed, out, resume, progress, signal } = options;
  const hash = hashOf({ task, names, policy, episodes, seed, format: VERSION });
  const there = resume ? finishedIn(out) : undefined;
  if (there === hash) return null;
  if (there !== undefined)
    throw new Error(`${out}: has another dataset; name another folder with --out, or overwrite it with --no-resume`);
  await readTraces([names]);
  const specs = (policy === 'mix' ? MIX : [policy]).slice(0, episodes);
  const plays = specs.map((spec) => openPlay(task, spec, { ...names, metrics: false }));
  const [{ env }] = plays;
  const layout = layoutOf(env);
  const folder = openFolder(out, hash, layout.columns, resume);
  const done = [...folder.before];
  try {
    for (let k = done.length; k < episodes; k++) {
      progress.at(k);
      const table = layout.table();
      const own = `${seed}/${k}`;
      const { sum, seconds } = await logEpisode(plays[k % plays.length], own, k, table, async () => {
        await new Promise(setImmediate);
        if (signal.aborted)
          throw new Interrupted(`${k} of ${episodes} episodes are in ${out}; the same command goes on`);
      });
      const facts = { policy: specs[k % specs.length], seed: own, rows: table.rows, return: sum, seconds };
      folder.add(facts, table.bytes());
      done.push(facts);
    }
  } finally {
    progress.end();
    for (const play of plays) play.env.close();
  }
  const files = await folder.finish({
    format: FORMAT,
    version: VERSION,
    servegym: packageVersion(),
    hash,
    task,
    names: { ...names },
    policy,
    seed,
    observationSpace: env.observationSpace.toJSON(),
    actionSpace: env.actionSpace.toJSON(),
    byteOrder: 'little',
    columns: [...layout.columns],
  });
  return { episodes: done, files, says: plays.map(({ says }, k) => `${specs[k]}: ${says}`) };
}

/** @param look called now and then, and before the first step */
async function logEpisode(play: Play, seed: string, episode: number, table: Table, look: () => Promise<void>) {
  let seen = play.begin(seed);
  let sum = 0;
  let seconds = 0;
  for (let step = 0; ; step++) {
    if (step % STEPS_BETWEEN_LOOKS === 0) await look();
    const { observation, mask } = seen;
    const { action, logPropensity, atom, reward, elapsed, terminated, truncated, ...after } = play.step();
    table.add(observation, mask, action, {
      episode,
      logPropensity,
      atom: Number(atom),
      reward,
      elapsed,
      terminated: Number(terminated),
      truncated: Number(truncated),
      last: 0,
    });
    sum += reward;
    seconds += elapsed;
    seen = after;
    if (!(terminated || truncated)) continue;
    table.end(seen.observation, seen.mask, episode);
    return { sum, seconds };
  }
}
