/** Tiny worlds by the id of their task. One costs its file and a line here. */
import { didYouMean } from '../../../env/spelling.js';
import { tinyPick } from './pick.js';
import { tinyQueue } from './queue.js';
import { tinyServe } from './serve.js';
import { type TinyTask, type TinyWorld, tinyOf } from './tiny.js';

const worlds: readonly TinyWorld[] = [tinyPick, tinyQueue, tinyServe] as readonly TinyWorld<never>[] as readonly TinyWorld[];

/** Tasks that have one. */
export const tinyIds: readonly string[] = worlds.map(({ id }) => id);

/** @throws Error with the nearest id */
export function tinyTask(id: string): TinyTask {
  const world = worlds.find((each) => each.id === id);
  if (!world) throw new Error(`no tiny world of ${JSON.stringify(id)}${didYouMean(id, tinyIds)}`);
  return tinyOf(world);
}
