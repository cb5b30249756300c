/** Tiny worlds by the id of their task. One costs its file and a line here. */
import { didYouMean } from '../../../env/spelling.js';
import { tinyAdmit } from './admit.js';
import { tinyChunk } from './chunk.js';
import { tinyDraft } from './draft.js';
import { tinyMemory } from './memory.js';
import { tinyPick } from './pick.js';
import { tinyQueue } from './queue.js';
import { tinySelect } from './select.js';
import { tinyServe } from './serve.js';
import { tinySpeculate } from './speculate.js';
import { type TinyTask, type TinyWorld, tinyOf } from './tiny.js';

/** With the types of their actions forgotten. */
const worlds = [
  tinyPick,
  tinyServe,
  tinyAdmit,
  tinySpeculate,
  tinyDraft,
  tinyChunk,
  tinyMemory,
  tinySelect,
  tinyQueue,
] as unknown as readonly TinyWorld[];

/** Tasks that have one. */
export const tinyIds: readonly string[] = worlds.map(({ id }) => id);

/** @throws Error with the nearest id */
export function tinyTask(id: string): TinyTask {
  const world = worlds.find((each) => each.id === id);
  if (!world) throw new Error(`no tiny world of ${JSON.stringify(id)}${didYouMean(id, tinyIds)}`);
  return tinyOf(world);
}
