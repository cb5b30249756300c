/** The rule about memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createColumns } from '../../columns.js';
import { maskWidth } from '../columns.js';
import type { Rule, Subject } from '../rule.js';
import { actionLuck, ended, legalAction, ofReset, ofStep } from '../values.js';

/**
 * Steps before the first look, and looks. Each is twice as far from the one before: who keeps something of every step
 * grows twice as much, what compiles or fills a cache does not.
 */
const STEPS = 10_000;
const LOOKS = 4;
/** Looks at most. */
const TRIES = 8;
/** Bytes of the first look that count as none, and as much more as a look is longer: a number for each of its steps. */
const NOISE = 80_000;

/** Plays on; through the allocation-free path where there is one. */
function steps(subject: Subject, count: number): void {
  const { env } = subject;
  const random = actionLuck(subject);
  if (!env.resetInto || !env.stepInto) {
    let last = ofReset(env.reset());
    for (let k = 0; k < count; k++) {
      const action = legalAction(env, last.info, random);
      last = ended(last) ? ofReset(env.reset()) : ofStep(action, env.step(action as never));
    }
    return;
  }
  const out = createColumns(env.observationSpace, 1, maskWidth(env));
  env.resetInto(out, 0);
  for (let k = 0; k < count; k++) {
    if (out.terminated[0] + out.truncated[0] > 0) env.resetInto(out, 0);
    else env.stepInto(legalAction(env, out.mask ? { action_mask: out.mask } : {}, random), out, 0);
  }
}

let collect: (() => void) | undefined;

/** Bytes in use once garbage is gone, buffers outside the heap included. */
function bytes(): number {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  collect(); // waits for what the first one left to another thread: what that has not freed yet counts as in use
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export const memoryFlat: Rule = {
  name: 'memory-flat',
  sentence: 'Steps keep no memory: what is in use does not grow with their number.',
  level: 'warning',
  *check(subject) {
    const count = Math.min(STEPS, subject.steps);
    subject.env.reset({ seed: subject.seed });
    steps(subject, count);
    let before = bytes();
    let least = Number.POSITIVE_INFINITY;
    let grown = 0;
    for (let look = 0; look < TRIES && grown < LOOKS; look++) {
      const times = 2 ** grown;
      steps(subject, times * count);
      const growth = bytes() - before;
      before += growth;
      if (Math.abs(growth) <= times * NOISE) return;
      if (growth < 0) continue; // garbage of somebody else went late: such a look says nothing
      least = Math.min(least, growth / (times * count));
      grown++;
    }
    if (grown === LOOKS) yield `a step leaves ${Math.floor(least)} bytes behind, in each of ${LOOKS} looks`;
  },
};
