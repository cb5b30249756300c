/** Infos of a vector environment on their way out of a wrapper. */
import type { Columns } from '../columns.js';
import type { Info } from '../env.js';
import type { Space } from '../spaces/space.js';
import { copyOf } from '../vector/batches.js';
import { mergeInfos, mergeWhole, splitInfos } from '../vector/infos.js';
import { Row } from './wrapper.js';

interface Teller {
  readonly name: string;
  /** What happened to each row in the call. */
  readonly rows: Uint8Array;
  readonly space: Space;
  readonly finals: Columns | null;
  /** Whether observations outside are others than inside. */
  readonly observes: boolean;
  /** Whether masks are. */
  readonly newMasks: boolean;
  tell?(row: number): Info | null;
}

/**
 * Infos as the wrapper shows them: masks of other actions left out, final observations in its own form, what it says beside.
 * `again` are the infos of rows that the wrapper itself ended and reset: theirs, and what the step said is their final info.
 */
export function infosOf({
  name,
  rows,
  space,
  finals,
  observes,
  newMasks,
  tell,
}: Teller): (infos: Info, again: Info | null) => Info {
  const count = rows.length;
  const finalOf = (i: number): unknown => (finals ? copyOf(space.read(finals.observation, i)) : null);

  function withResets(infos: Info, again: Info): Info {
    const anew = splitInfos(again, count);
    const each = splitInfos(infos, count).map((info, i) =>
      rows[i] !== Row.ended || Object.hasOwn(info, 'final_info')
        ? info
        : { final_obs: finalOf(i), final_info: info, ...anew[i] },
    );
    return mergeInfos(each);
  }

  return (infos, again) => {
    const all = again === null ? infos : withResets(infos, again);
    if (newMasks) {
      delete all.action_mask;
      delete all._action_mask;
    }
    if (observes && Array.isArray(all.final_obs))
      all.final_obs = all.final_obs.map((x, i) => (x === null ? null : finalOf(i)));
    const more = Array.from(rows, (row, i) => (row === Row.idle ? null : (tell?.(i) ?? null)));
    if (more.some((info) => info !== null)) add(all, mergeWhole(more), name);
    return all;
  };
}

function add(all: Info, more: Info, name: string): void {
  for (const [key, column] of Object.entries(more)) {
    if (Object.hasOwn(all, key)) throw new Error(`${name}: infos have ${JSON.stringify(key)} already`);
    all[key] = column;
  }
}
