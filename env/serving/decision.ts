/** What a policy writes in a turn: a column for each opinion about a request, and what it says of all together. */
import { type ColumnKind, column, type Ledger } from './columns.js';
import { createIds, type IdList } from './ids.js';
import { type BatchDecision, NO_CAP } from './policy.js';

export interface Decision extends BatchDecision {
  /** Ids whose opinions changed although nothing happened to them. */
  readonly touched: IdList;
}

export function createDecision(ledger: Ledger): Decision {
  const touched = createIds();
  const of = <T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>): T => column(ledger, kind);
  return {
    rank: of(Float64Array),
    hold: of(Uint8Array),
    keep: of(Float64Array),
    draft: of(Uint8Array),
    chunk: of(Int32Array),
    reserve: of(Int32Array),
    place: of(Uint8Array),
    tokenBudget: 0,
    headroom: 0,
    chunkCap: NO_CAP,
    growth: 0,
    wakeAt: Infinity,
    wakeIn: 1,
    took: 0,
    touched,
    touch(r) {
      if (touched.n === touched.ids.length) touched.ids = grown(touched.ids);
      touched.ids[touched.n++] = r;
    },
  };
}

const grown = (ids: Int32Array): Int32Array => {
  const wider = new Int32Array(2 * ids.length);
  wider.set(ids);
  return wider;
};
