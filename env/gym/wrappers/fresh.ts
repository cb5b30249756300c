/** Rows that nobody has seen: what an environment handed out stays as it was. */
import { type Columns, createColumns } from '../columns.js';
import type { Space } from '../spaces/space.js';

/** Rows that are handed out before new ones are allocated. */
const SLAB = 256;

/** Gives a new row each time, of columns that are replaced when they are used up. */
export function freshRows(space: Space): () => { readonly columns: Columns; readonly row: number } {
  let columns: Columns | null = null;
  let next = 0;
  return () => {
    if (columns === null || next === SLAB) {
      columns = createColumns(space, SLAB);
      next = 0;
    }
    return { columns, row: next++ };
  };
}
