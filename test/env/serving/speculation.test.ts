/** Speculation in an engine: what trims γ, which slots the proposer needs, what is counted. */
import { describe, expect, test } from 'vitest';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../../env/serving/engine.js';
import type { BatchDecision, ReplicaView } from '../../../env/serving/policy.js';
import { type PresetName, preset } from '../../../env/serving/presets.js';
import type { Rules } from '../../../env/serving/rules.js';
import type { Acceptance } from '../../../env/workloads/acceptance/acceptance.js';
import { copyRunAcceptance } from '../../../env/workloads/acceptance/copy-run.js';
import { replayedAcceptance } from '../../../env/workloads/acceptance/replayed.js';
import { createWorkload } from '../../../env/workloads/workload.js';

/** Of one request in one iteration. */
interface Part {
  readonly r: number;
  readonly tokens: number;
  readonly drafts: number;
  readonly blocks: number;
  readonly computed: number;
}

interface World {
  readonly outputs: readonly number[];
  readonly prompts?: readonly number[];
  readonly engine?: PresetName;
  readonly rules?: Partial<Rules>;
  readonly acceptance: Acceptance;
  decide?(view: ReplicaView, out: BatchDecision): void;
}

const always = (accepted: number): Acceptance => ({
  name: `${accepted} of any`,
  proposed: (_row, _position, _step, asked) => asked,
  accepted: (_row, _position, _step, drafts) => Math.min(drafts, accepted),
});

/** Runs it and returns what each iteration gave to whom. */
function iterations({ outputs, prompts, engine = 'vllm-v1', rules, acceptance, decide }: World): [Part[][], Engine] {
  const parts: Part[][] = [];
  const made = createEngine({
    workload: createWorkload({
      name: 'drafts',
      arrival: outputs.map(() => 0),
      promptTokens: prompts ?? outputs.map(() => 3),
      outputTokens: outputs,
      acceptance,
    }),
    rules: preset(engine, { blockSize: 1, blocks: 400, prefixCaching: false, maxModelLen: 300, ...rules }),
    cost: constantStep(10),
    scheduler: () => ({ name: 'test', decide: (view, out) => decide?.(view, out) }),
    recorders: [
      {
        ending: (s, plan) => {
          const { blocks, computed } = s.requests;
          parts.push(
            Array.from({ length: plan.n }, (_, k) => {
              const r = plan.ids[k];
              const [tokens, drafts] = [plan.tokens[k], plan.drafts[k]];
              return { r, tokens, drafts, blocks: blocks[r], computed: computed[r] };
            }),
          );
        },
      },
    ],
  });
  run(made);
  return [parts, made];
}

const draftsOf = (parts: Part[][]): number[][] => parts.map((own) => own.map(({ drafts }) => drafts));

describe('what trims γ', () => {
  test('the token budget: drafts that find no place are not verified, and not counted', () => {
    const [parts, { replica }] = iterations({
      outputs: [20, 20],
      rules: { drafts: 4, maxDrafts: 4, tokenBudget: 8 },
      acceptance: always(0),
    });
    // Both have 1 token and 4 drafts; 8 are to be given: 5 and 3, in the order of the running list.
    expect(draftsOf(parts).slice(1, 20)).toEqual(Array.from({ length: 19 }, () => [4, 2]));
    const { proposed, verifications, accepted } = replica.requests;
    expect([...proposed.slice(0, 2)]).toEqual([76, 38]);
    expect([...verifications.slice(0, 2)]).toEqual([19, 19]);
    expect([...accepted.slice(0, 2)]).toEqual([0, 0]);
  });

  test('the chunk that a policy allows', () => {
    const [parts] = iterations({
      outputs: [9],
      rules: { drafts: 4 },
      acceptance: always(0),
      decide: (_view, { chunk }) => {
        chunk[0] = 3;
      },
    });
    expect(draftsOf(parts).slice(1)).toEqual(Array.from({ length: 8 }, () => [2]));
  });

  test('the model length: no token is computed at or beyond its end', () => {
    const [parts, { replica }] = iterations({
      outputs: [100],
      prompts: [10],
      rules: { drafts: 4, maxModelLen: 20 },
      acceptance: always(0),
    });
    // Tokens 0 … 18 are computed; the last output token is sampled from the last of them.
    expect(Math.max(...parts.flat().map(({ computed }) => computed))).toBe(19);
    expect(draftsOf(parts).slice(1).flat()).toEqual([4, 4, 4, 4, 4, 3, 2, 1, 0]);
    expect(replica.requests.generated[0]).toBe(10);
  });

  test('the end of the output: an answer is as long as it is, however much is accepted', () => {
    const [parts, { replica }] = iterations({ outputs: [8], rules: { drafts: 4 }, acceptance: always(4) });
    // 1 from the prompt, 5, and 2 of the next 5: the engine cannot know the end and verifies all four.
    expect(draftsOf(parts)).toEqual([[0], [4], [4]]);
    expect(replica.requests.generated[0]).toBe(8);
    expect(replica.totals.generatedTokens).toBe(8);
    expect([replica.requests.accepted[0], replica.requests.proposed[0]]).toEqual([8, 8]);
  });

  test('what the policy asks, for each request alone, up to the engine’s most', () => {
    const [parts] = iterations({
      outputs: [12, 12, 12],
      rules: { drafts: 1, maxDrafts: 5 },
      acceptance: always(0),
      decide: (_view, { draft }) => draft.set([0, 3, 200]),
    });
    for (const drafts of draftsOf(parts).slice(1)) expect(drafts).toEqual([0, 3, 5]);
  });

  test('the proposer: where nothing matches nothing is verified, and the answer comes as replayed', () => {
    const commits = [1, 1, 4, 3, 2, 1, 1, 2, 1, 1];
    const [parts, { replica }] = iterations({
      outputs: [10],
      rules: { drafts: 5 },
      acceptance: replayedAcceptance(() => commits, 'while-copying'),
    });
    // Token 0 from the prompt; at 1 nothing, at 2 the run of three, at 6 nothing, at 7 one, at 9 nothing.
    expect(draftsOf(parts)).toEqual([[0], [0], [5], [0], [5], [0]]);
    expect([replica.requests.proposed[0], replica.requests.accepted[0]]).toEqual([10, 4]);
    expect(replica.requests.verifications[0]).toBe(2);
  });
});

describe('slots beside the tokens', () => {
  // Blocks of one token: blocks held are slots.
  const beyond = (parts: Part[][]) => parts.map(([{ blocks, computed }]) => blocks - computed);

  test.each([
    ['ngram', 0],
    ['eagle', 4],
    ['draft-model', 4],
  ] as const)('%s: %d more than the tokens of the batch', (proposer, slots) => {
    const [parts] = iterations({ outputs: [40], rules: { drafts: 4, proposer }, acceptance: always(0) });
    expect(new Set(beyond(parts).slice(1))).toEqual(new Set([slots]));
    expect(beyond(parts)[0]).toBe(slots); // at admission, too
  });

  test('before 0.33 they are taken while running only', () => {
    const rules = { drafts: 4, proposer: 'eagle' } as const;
    const [parts] = iterations({ engine: 'vllm-v1@0.19', outputs: [40], rules, acceptance: always(0) });
    expect(beyond(parts)[0]).toBe(0);
    expect(new Set(beyond(parts).slice(1))).toEqual(new Set([4]));
  });

  test('slots that drafts were refused in are used again', () => {
    const [parts, { replica }] = iterations({ outputs: [40], rules: { drafts: 4 }, acceptance: always(0) });
    expect(Math.max(...parts.flat().map(({ blocks }) => blocks))).toBe(3 + 39 + 4);
    expect(replica.free).toBe(400);
  });

  test('a draft model takes an input token of the budget for each request', () => {
    const world = { outputs: [20, 20], acceptance: always(0) };
    const rules = { drafts: 2, maxDrafts: 2, tokenBudget: 6 };
    const [eagle] = iterations({ ...world, rules: { ...rules, proposer: 'eagle' } });
    const [model] = iterations({ ...world, rules: { ...rules, proposer: 'draft-model' } });
    expect(draftsOf(eagle)[5]).toEqual([2, 2]);
    expect(draftsOf(model)[5]).toEqual([2, 0]); // 3 + 1 of 6, then 1 + 1
  });
});

test.each(['serial', 'vllm-v1', 'vllm-v1+rank'] as const)(
  '%s commits what the generator of copy runs holds',
  (engine) => {
    const outputs = [60, 200, 120];
    const drawn = { key: Float64Array.of(0, 1, 2), outputTokens: Int32Array.from(outputs) };
    const acceptance = copyRunAcceptance(drawn, 9);
    const [parts, { replica }] = iterations({ engine, outputs, rules: { drafts: 4, maxBatch: 1 }, acceptance });
    outputs.forEach((length, row) => {
      const expected: number[] = [];
      for (let at = 1; at < length; at += 1 + acceptance.accepted(row, at, 0, 4)) {
        expected.push(acceptance.proposed(row, at, 0, 4));
      }
      const own = parts.flat().filter(({ r, computed }) => r === row && computed > 3);
      // Plain steps are repeated without a plan of their own: what is seen are the others.
      expect(own.map(({ drafts }) => drafts).filter((n) => n > 0)).toEqual(expected.filter((n) => n > 0));
      expect(replica.requests.generated[row]).toBe(length);
    });
  },
);
