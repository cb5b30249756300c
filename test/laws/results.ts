/** What an episode gave, as plain values that can be compared. */
import type { Engine, Setup } from '../../env/serving/engine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { oracle } from '../../predictors/oracle.js';

const PER_REQUEST = [
  ...(['arrival', 'computed', 'generated', 'firstToken', 'lastToken', 'service'] as const),
  ...(['evictions', 'pauses', 'proposed', 'accepted', 'verifications', 'state'] as const),
];

/** Times and counts of each delivered request under its key. */
export function requestsOf({ replica: s, delivered }: Engine): Record<string, Record<string, number>> {
  const out: Record<string, Record<string, number>> = {};
  for (let r = 0; r < delivered; r++) {
    const row = Object.fromEntries(PER_REQUEST.map((name) => [name, s.requests[name][r]]));
    out[s.requests.key[r]] = { ...row, left: s.hidden.left[r] };
  }
  return out;
}

/** Everything that does not depend on how often the policy was asked. */
export function resultsOf(engine: Engine): unknown {
  const { turns: _, ...totals } = engine.replica.totals;
  return { outcome: engine.outcome, now: engine.replica.now, totals, requests: requestsOf(engine) };
}

/** Every byte of the episode's memory, and its totals. */
export function bytesOf({ replica: s }: Engine): string {
  const { ledger } = s;
  const columns = Object.values(ledger.groups).flatMap(({ f64, f32, i32, u8 }) => [...f64, ...f32, ...i32, ...u8]);
  const bytes = [...columns, ...ledger.cells].map((c) =>
    Buffer.from(c.buffer, c.byteOffset, c.byteLength).toString('base64'),
  );
  return JSON.stringify([bytes, s.totals, s.now]);
}

/** Runs an episode, with the oracle's beliefs unless others are given. */
export function ran(setup: Setup): Engine {
  const engine = createEngine({ predictor: oracle, ...setup });
  run(engine);
  return engine;
}
