/** Rows of request features (the table of `features.ts`), but for what was promised. */
import type { Episode, RequestId } from '../serving/policy.js';
import { State } from '../serving/requests.js';
import type { Micros } from '../time.js';

/** Numbers that tell of a request. */
export const REQUEST_FEATURES = 16;
/** Times to promises end here; nothing is promised: as far. */
export const FAR = 3;

/**
 * Writes the rows of the first n of `ids` from `from` on, as if nobody was promised anything.
 *
 * Four rows at a time, column by column: V8 (as of Node 20) reads the header of an array anew at every turn of a loop, which
 * costs more than the number in it. Where fewer than four are left the last one is written again.
 */
export function writeRows(
  { requests, beliefs, rules }: Pick<Episode, 'requests' | 'beliefs' | 'rules'>,
  now: Micros,
  ids: ArrayLike<RequestId>,
  n: number,
  into: Float32Array,
  from: number,
): void {
  const { arrival, lastToken, generated, known, computed, blocks } = requests;
  const { proposed, accepted, state, evictions, slo } = requests;
  const { length, lengthSpread, acceptance } = beliefs;
  const perBlock = 1 / rules.blocks;
  const perToken = 1 / (rules.blocks * rules.blockSize);
  const { running, waiting } = State;
  const width = REQUEST_FEATURES;
  const far = FAR;
  const last = (n - 1) | 0;
  const start = from | 0;
  for (let k = 0; k <= last; k = (k + 4) | 0) {
    const kB = Math.min(k + 1, last);
    const kC = Math.min(k + 2, last);
    const kD = Math.min(k + 3, last);
    const a = ids[k];
    const b = ids[kB];
    const c = ids[kC];
    const d = ids[kD];
    const toA = (start + Math.imul(k, width)) | 0;
    const toB = (start + Math.imul(kB, width)) | 0;
    const toC = (start + Math.imul(kC, width)) | 0;
    const toD = (start + Math.imul(kD, width)) | 0;
    const cameA = arrival[a];
    const cameB = arrival[b];
    const cameC = arrival[c];
    const cameD = arrival[d];
    into[toA] = (now - cameA) * (1 / 60e6);
    into[toB] = (now - cameB) * (1 / 60e6);
    into[toC] = (now - cameC) * (1 / 60e6);
    into[toD] = (now - cameD) * (1 / 60e6);
    const tokensA = generated[a];
    const tokensB = generated[b];
    const tokensC = generated[c];
    const tokensD = generated[d];
    into[(toA + 1) | 0] = (now - (tokensA > 0 ? lastToken[a] : cameA)) * 1e-7;
    into[(toB + 1) | 0] = (now - (tokensB > 0 ? lastToken[b] : cameB)) * 1e-7;
    into[(toC + 1) | 0] = (now - (tokensC > 0 ? lastToken[c] : cameC)) * 1e-7;
    into[(toD + 1) | 0] = (now - (tokensD > 0 ? lastToken[d] : cameD)) * 1e-7;
    const leftA = length[a] - tokensA;
    const leftB = length[b] - tokensB;
    const leftC = length[c] - tokensC;
    const leftD = length[d] - tokensD;
    into[(toA + 2) | 0] = leftA > 0 ? leftA * (1 / 1024) : 0;
    into[(toB + 2) | 0] = leftB > 0 ? leftB * (1 / 1024) : 0;
    into[(toC + 2) | 0] = leftC > 0 ? leftC * (1 / 1024) : 0;
    into[(toD + 2) | 0] = leftD > 0 ? leftD * (1 / 1024) : 0;
    into[(toA + 3) | 0] = lengthSpread[a] * (1 / 1024);
    into[(toB + 3) | 0] = lengthSpread[b] * (1 / 1024);
    into[(toC + 3) | 0] = lengthSpread[c] * (1 / 1024);
    into[(toD + 3) | 0] = lengthSpread[d] * (1 / 1024);
    into[(toA + 4) | 0] = tokensA * (1 / 1024);
    into[(toB + 4) | 0] = tokensB * (1 / 1024);
    into[(toC + 4) | 0] = tokensC * (1 / 1024);
    into[(toD + 4) | 0] = tokensD * (1 / 1024);
    const contextA = known[a];
    const contextB = known[b];
    const contextC = known[c];
    const contextD = known[d];
    into[(toA + 5) | 0] = (contextA - computed[a]) * (1 / 4096);
    into[(toB + 5) | 0] = (contextB - computed[b]) * (1 / 4096);
    into[(toC + 5) | 0] = (contextC - computed[c]) * (1 / 4096);
    into[(toD + 5) | 0] = (contextD - computed[d]) * (1 / 4096);
    into[(toA + 6) | 0] = blocks[a] * perBlock;
    into[(toB + 6) | 0] = blocks[b] * perBlock;
    into[(toC + 6) | 0] = blocks[c] * perBlock;
    into[(toD + 6) | 0] = blocks[d] * perBlock;
    into[(toA + 7) | 0] = contextA * perToken;
    into[(toB + 7) | 0] = contextB * perToken;
    into[(toC + 7) | 0] = contextC * perToken;
    into[(toD + 7) | 0] = contextD * perToken;
    const draftsA = proposed[a];
    const draftsB = proposed[b];
    const draftsC = proposed[c];
    const draftsD = proposed[d];
    into[(toA + 8) | 0] = draftsA > 0 ? accepted[a] / draftsA : acceptance[a];
    into[(toB + 8) | 0] = draftsB > 0 ? accepted[b] / draftsB : acceptance[b];
    into[(toC + 8) | 0] = draftsC > 0 ? accepted[c] / draftsC : acceptance[c];
    into[(toD + 8) | 0] = draftsD > 0 ? accepted[d] / draftsD : acceptance[d];
    into[(toA + 9) | 0] = draftsA > 0 ? draftsA / (draftsA + 32) : 0;
    into[(toB + 9) | 0] = draftsB > 0 ? draftsB / (draftsB + 32) : 0;
    into[(toC + 9) | 0] = draftsC > 0 ? draftsC / (draftsC + 32) : 0;
    into[(toD + 9) | 0] = draftsD > 0 ? draftsD / (draftsD + 32) : 0;
    const stateA = state[a];
    const stateB = state[b];
    const stateC = state[c];
    const stateD = state[d];
    into[(toA + 10) | 0] = stateA === running ? 1 : stateA === waiting ? 0 : 0.5;
    into[(toB + 10) | 0] = stateB === running ? 1 : stateB === waiting ? 0 : 0.5;
    into[(toC + 10) | 0] = stateC === running ? 1 : stateC === waiting ? 0 : 0.5;
    into[(toD + 10) | 0] = stateD === running ? 1 : stateD === waiting ? 0 : 0.5;
    into[(toA + 11) | 0] = evictions[a] * 0.25;
    into[(toB + 11) | 0] = evictions[b] * 0.25;
    into[(toC + 11) | 0] = evictions[c] * 0.25;
    into[(toD + 11) | 0] = evictions[d] * 0.25;
    into[(toA + 12) | 0] = slo[a] * 0.25;
    into[(toB + 12) | 0] = slo[b] * 0.25;
    into[(toC + 12) | 0] = slo[c] * 0.25;
    into[(toD + 12) | 0] = slo[d] * 0.25;
    into[(toA + 13) | 0] = far;
    into[(toB + 13) | 0] = far;
    into[(toC + 13) | 0] = far;
    into[(toD + 13) | 0] = far;
    into[(toA + 14) | 0] = far;
    into[(toB + 14) | 0] = far;
    into[(toC + 14) | 0] = far;
    into[(toD + 14) | 0] = far;
    into[(toA + 15) | 0] = 1;
    into[(toB + 15) | 0] = 1;
    into[(toC + 15) | 0] = 1;
    into[(toD + 15) | 0] = 1;
  }
}
