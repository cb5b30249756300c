/** Writes down what an engine did in the fields of the recorded schedules. */

import { before } from '../../env/serving/order.js';
import type { Plan } from '../../env/serving/plan.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Replica } from '../../env/serving/replica.js';
import { State } from '../../env/serving/requests.js';

/** One engine step. An absent field is empty. */
export interface Entry {
  step: number;
  aborted?: string[];
  scheduled?: Record<string, number>;
  drafts?: Record<string, number>;
  new?: string[];
  resumed?: string[];
  hits?: Record<string, number>;
  preempted?: string[];
  free_after_schedule?: number;
  blocks?: Record<string, number>;
  updates?: number | null;
  emitted?: Record<string, number>;
  finished?: string[];
  free_after_update?: number;
  running?: string[];
  waiting?: string[];
}

/** Optional fields are left out when they are empty. */
const OPTIONAL = ['aborted', 'drafts', 'new', 'resumed', 'preempted', 'hits', 'finished', 'blocks'] as const;

/** A recorder for engines whose every step lasts 1 µs. */
export class StepRecorder implements Recorder {
  private readonly entries: Entry[] = [];
  private readonly seen = new Set<number>();
  private entry: Entry = { step: 0 };
  private aborted: string[] = [];
  private finished: string[] = [];
  private idleSteps = 0;
  private generated: number[] | null = null;
  /** Steps of the plans in flight. */
  private readonly stepOf = new Map<Plan, number>();

  private readonly withBlocks: boolean;
  private readonly lastEvent: number;

  constructor(withBlocks: boolean, lastEvent: number) {
    this.withBlocks = withBlocks;
    this.lastEvent = lastEvent;
  }

  planned(s: Replica): void {
    const { plan, requests } = s;
    const name = (r: number): string => nameOf(s, r);
    this.open(s.now + 1);
    const admitted = Array.from(s.admitted.ids.subarray(0, s.admitted.n)).filter((r) => planned(plan, r));
    const hit = (r: number): number => requests.computed[r] - plan.tokens[plan.ids.indexOf(r)];
    Object.assign(this.entry, {
      scheduled: record(plan, name, plan.tokens),
      drafts: record(plan, name, plan.drafts, true),
      new: admitted.filter((r) => !this.seen.has(r)).map(name),
      resumed: admitted.filter((r) => this.seen.has(r)).map(name),
      hits: Object.fromEntries(admitted.filter((r) => hit(r) > 0).map((r) => [name(r), hit(r)])),
      preempted: Array.from(s.evicted.ids.subarray(0, s.evicted.n), name),
      free_after_schedule: s.free,
      blocks: this.withBlocks ? record(s.running, name, gather(s, requests.blocks)) : {},
    });
    for (const r of admitted) this.seen.add(r);
    this.stepOf.set(plan, this.entry.step);
    this.idleSteps = plan.n > 0 || s.flight ? 0 : this.idleSteps + 1;
    // An asynchronous pipeline that fills updates nothing.
    if (s.rules.asyncDepth > 0 && !s.flight) {
      this.entry.updates = null;
      this.entry.emitted = {};
      this.shut(s);
    }
  }

  ending(s: Replica, plan: Plan): void {
    this.finished = [];
    this.generated = Array.from(plan.ids.subarray(0, plan.n), (r) => s.requests.generated[r]);
  }

  committed(s: Replica, plan: Plan): void {
    const { generated } = this;
    if (generated) {
      const more = Int32Array.from(plan.ids.subarray(0, plan.n), (r, k) => s.requests.generated[r] - generated[k]);
      this.entry.emitted = record(plan, (r) => nameOf(s, r), more, true);
    }
    this.generated = null;
    this.entry.finished = this.finished;
    if (s.rules.asyncDepth > 0) this.entry.updates = this.stepOf.get(plan) ?? null;
    this.shut(s);
  }

  repeated(s: Replica, m: number, from: number): void {
    if (m !== 1) throw new Error('a step recorder needs an engine that is asked every iteration');
    const name = (r: number): string => nameOf(s, r);
    this.open(from + 1);
    const ids = s.running;
    const one = new Int32Array(ids.n).fill(1);
    this.entry.scheduled = record(ids, name, one);
    this.entry.emitted = record(ids, name, one);
    this.entry.free_after_schedule = s.free;
    this.entry.blocks = this.withBlocks ? record(ids, name, gather(s, s.requests.blocks)) : {};
    this.idleSteps = 0;
    this.finished = [];
    this.stepOf.set(s.plan, this.entry.step - 1);
    if (s.flight) this.stepOf.set(s.flight, this.entry.step);
  }

  left(s: Replica, r: number): void {
    if (s.requests.state[r] === State.aborted) this.aborted.push(nameOf(s, r));
    else this.finished.push(nameOf(s, r));
  }

  idle(s: Replica, from: number): void {
    if (s.live.n === 0) this.noteEmptied(s, from + 1);
    else for (let step = from + 1; step <= s.now; step++) this.noteIdle(s, step);
  }

  /** All entries; a stuck engine is watched until three idle steps have passed and nothing is to come. */
  close(s: Replica, stuck: boolean): Entry[] {
    if (stuck)
      for (let step = s.now + 1; this.idleSteps < 3 || step - 1 <= this.lastEvent; step++) this.noteIdle(s, step);
    else this.noteEmptied(s, s.now + 1);
    return this.entries;
  }

  private noteIdle(s: Replica, step: number): void {
    this.open(step);
    this.entry.scheduled = {};
    this.entry.free_after_schedule = s.free;
    this.entry.emitted = {};
    this.idleSteps++;
    this.shut(s);
  }

  /** An abort that empties the engine leaves an entry, although nothing is scheduled. */
  private noteEmptied(s: Replica, step: number): void {
    if (this.aborted.length === 0) return;
    this.open(step);
    this.entry.scheduled = {};
    this.entry.emitted = {};
    this.shut(s);
  }

  private open(step: number): void {
    this.entry = { step, aborted: this.aborted };
    this.aborted = [];
  }

  private shut(s: Replica): void {
    const { entry } = this;
    entry.free_after_update = s.free;
    entry.running = Array.from(s.running.ids.subarray(0, s.running.n), (r) => nameOf(s, r));
    entry.waiting = Array.from(s.queue.ids.subarray(0, s.queue.n))
      .sort((a, b) => (before(s, a, b) ? -1 : 1))
      .map((r) => nameOf(s, r));
    for (const field of OPTIONAL) {
      const value = entry[field];
      if (value && Object.keys(value).length === 0) delete entry[field];
    }
    this.entries.push(entry);
  }
}

const nameOf = (s: Replica, r: number): string => s.workload.ids[s.hidden.row[r]];
const planned = (plan: Plan, r: number): boolean => plan.ids.subarray(0, plan.n).includes(r);
const gather = (s: Replica, column: Int32Array): Int32Array =>
  Int32Array.from(s.running.ids.subarray(0, s.running.n), (r) => column[r]);

function record(
  list: { ids: Int32Array; n: number },
  name: (r: number) => string,
  values: Int32Array,
  positive = false,
): Record<string, number> {
  const out: Record<string, number> = {};
  for (let k = 0; k < list.n; k++) if (!positive || values[k] > 0) out[name(list.ids[k])] = values[k];
  return out;
}
