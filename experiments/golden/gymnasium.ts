/** Recordings of Gymnasium: many cases a file, each kind of file with a replay of its own. */
import { basename } from 'node:path';
import { replayCheckEnv } from './gymnasium/check-env.js';
import { replayContains } from './gymnasium/contains.js';
import { replayRegistry } from './gymnasium/registry.js';
import { replaySampling } from './gymnasium/sampling.js';
import { replaySpaces } from './gymnasium/spaces.js';
import { replayVector } from './gymnasium/vector.js';
import { replayWrappers } from './gymnasium/wrappers.js';
import type { Replayed } from './replayed.js';

/** @throws Error naming the file if it has another form */
type Replay = (recording: unknown, file: string) => Replayed[];

/** By the name of the file. */
const replays: Readonly<Record<string, Replay>> = {
  spaces: replaySpaces,
  contains: replayContains,
  sampling: replaySampling,
  wrappers: replayWrappers,
  vector: replayVector,
  registry: replayRegistry,
  check_env: replayCheckEnv,
};

const kindOf = (file: string): string => basename(file).replace(/\.json(\.gz)?$/, '');

/** Whether a file holds results; `scripts.json` holds what the recorder was told to play. */
export const isGymnasium = (file: string): boolean => Object.hasOwn(replays, kindOf(file));

/** Every case of a recording. @throws Error if there is no replay for a file of that name, or it has another form */
export function replayGymnasium(recording: unknown, file: string): Replayed[] {
  if (!isGymnasium(file))
    throw new Error(`${file}: no recording of Gymnasium has that name; there are ${Object.keys(replays).join(', ')}`);
  try {
    return replays[kindOf(file)](recording, file);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(message.startsWith(file) ? message : `${file}: not a readable recording (${message})`);
  }
}
