/**
 * Shortest job first, non-preemptive: of those who wait, the shortest is served next, and served to its end.
 *
 * rank = believed total length while it waits; once it runs its rank is frozen before everyone who waits (see
 * `non-preemptive`), and so it stays: a shorter newcomer takes neither its seat nor its blocks. Evicted all the same,
 * because memory ran out, it is the first to come back.
 *
 * Source: textbook (Harchol-Balter 2013, chapter 31). Information: believed length. Ours: ties by arrival.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { nonPreemptive } from '../combine/non-preemptive.js';
import { psjf } from './psjf.js';

export const sjf = (): Scheduler => ({ ...nonPreemptive(psjf)(), name: 'sjf' });
