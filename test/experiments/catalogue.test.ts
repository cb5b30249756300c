/** Specs: what users may write, what it becomes, and what they are told when it is wrong. */
import { describe, expect, test } from 'vitest';
import {
  acceptancePredictors,
  combinators,
  predictors,
  resolvePredictor,
  resolveScheduler,
  schedulers,
} from '../../experiments/catalogue.js';
import { splitSpecs } from '../../experiments/specs.js';

describe('every entry', () => {
  test.each(Object.entries({ ...schedulers, ...combinators, ...predictors, ...acceptancePredictors }))(
    '%s is documented, its defaults are allowed',
    (_name, entry) => {
      expect(entry.summary).toMatch(/^[a-z].{10,}[^.]$/);
      for (const parameter of Object.values(entry.parameters)) {
        expect(parameter.doc.length).toBeGreaterThan(5);
        if ('choices' in parameter) expect(parameter.choices).toContain(parameter.default);
        else if ('min' in parameter)
          expect(parameter.default >= parameter.min && parameter.default <= parameter.max).toBe(true);
      }
    },
  );

  test.each(Object.keys(schedulers))('%s makes a scheduler of that name, a new one each time', (name) => {
    const { make } = resolveScheduler(name);
    expect(make().name).toBe(name);
    expect(make()).not.toBe(make());
  });

  const acceptance = Object.keys(acceptancePredictors).map((name) => `declared+${name}`);
  test.each([...Object.keys(predictors), ...acceptance])('%s makes a predictor of that name', (name) => {
    const { make, information } = resolvePredictor(name);
    expect(make().name).toBe(name);
    expect(make().information).toBe(information);
  });
});

test.each([
  ['srpt', 'srpt'],
  [' las : quantum = 16 ', 'las:quantum=16'],
  ['las:quantum=1,by=tokens', 'las'],
  ['las:quantum=1e3,by=service', 'las:by=service,quantum=1000'],
  ['hysteresis(srpt):gap=2', 'hysteresis(srpt):gap=2'],
  [
    'limited( hysteresis(las:quantum=4):gap=2,ratio=0 ) : limit=3',
    'limited(hysteresis(las:quantum=4):gap=2,ratio=0):limit=3',
  ],
  ['non-preemptive(expr:  max(age, 1) * kvTokens )', 'non-preemptive(expr: max(age, 1) * kvTokens)'],
  ['expr: remaining * kvTokens', 'expr: remaining * kvTokens'],
  [' expr :priority < 2 ? age : -age', 'expr: priority < 2 ? age : -age'],
])('%j is the scheduler %s', (spec, name) => {
  const resolved = resolveScheduler(spec);
  expect(resolved.name).toBe(name);
  expect(resolved.make().name).toBe(name);
  expect(resolveScheduler(name).name).toBe(name);
});

test.each([
  ['oracle', 'oracle', 'clairvoyant'],
  ['noisy:sigma=.5', 'noisy', 'predicted'],
  ['noisy:unbiased=mean,sigma=1', 'noisy:sigma=1,unbiased=mean', 'predicted'],
  ['declared', 'declared', 'declared'],
  ['declared + ewma : weight = .1', 'declared+ewma:weight=0.1', 'predicted'],
  ['noisy:sigma=1e+0+posterior:mean=.43', 'noisy:sigma=1+posterior', 'predicted'],
  ['ssjf+oracle', 'ssjf+oracle', 'clairvoyant'],
  ['learned:length-v0', 'learned', 'predicted'],
  ['learned: length-v0, online=no', 'learned:online=no', 'predicted'],
  ['refined( noisy:sigma=1 ) : every=4 + ewma', 'refined(noisy:sigma=1):every=4+ewma', 'predicted'],
  ['bounded(refined(noisy)):confidence=.9', 'bounded(refined(noisy)):confidence=0.9', 'predicted'],
])('%j is the predictor %s, which knows: %s', (spec, name, information) => {
  expect(resolvePredictor(spec)).toMatchObject({ name, information });
});

test('knows which schedulers read beliefs', () => {
  const reads = [
    'fcfs',
    'srpt',
    'hysteresis(las)',
    'hysteresis(sjf)',
    'expr: age',
    'expr: slack',
    'expr: remaining',
    'expr: known / (1 + 3 * believedAcceptance)',
  ].map((spec) => resolveScheduler(spec).reads);
  expect(reads).toEqual(['nothing', 'length', 'nothing', 'length', 'nothing', 'length', 'length', 'length']);
});

describe('what is wrong is said once, with what was expected', () => {
  test.each([
    [
      'srtp',
      /^unknown scheduler "srtp": did you mean "srpt"\? There are .*\bfcfs, .*laps-sd, .*expr:, .*hysteresis\(…\)/,
    ],
    ['zzz', /^unknown scheduler "zzz"; there are .*\bfcfs,/],
    ['constructor', /^unknown scheduler "constructor"/],
    ['hystresis(srpt)', /^unknown combinator "hystresis": did you mean "hysteresis"\?/],
    ['hysteresis(srtp)', /^unknown scheduler "srtp"/],
    ['hysteresis', /^hysteresis wraps a scheduler, write for example hysteresis\(srpt\)$/],
    ['srpt(las)', /^unknown combinator "srpt"/],
    ['las:quantom=2', /^las: unknown parameter "quantom": did you mean "quantum"\? There are by, quantum$/],
    ['sjf:gap=2', /^sjf: unknown parameter "gap"; there are none$/],
    ['las:quantum=0', /^las: quantum is "0", expected a whole number in 1 … 2147483648$/],
    ['las:quantum=1.5', /expected a whole number/],
    ['las:quantum=many', /^las: quantum is "many", expected a whole number/],
    ['las:by=time', /^las: by is "time"; there are tokens, service$/],
    ['las:quantum', /^"las:quantum": "quantum" is no parameter, expected key=value$/],
    ['las:', /is no parameter/],
    ['las:quantum=2,quantum=3', /quantum is given twice/],
    ['hysteresis(srpt):ratio=1', /^hysteresis: ratio is "1", expected a number in 0 … 0.99$/],
    ['hysteresis(srpt', /^"hysteresis\(srpt" is no spec, expected name/],
    ['', /^"" is no spec/],
    ['expr: remainin', /^scheduler formula "remainin": unknown name "remainin": did you mean "remaining"\?/],
    ['expr:', /is empty/],
  ])('%j', (spec, message) => {
    expect(() => resolveScheduler(spec)).toThrow(message);
  });

  test.each([
    ['orcale', /^unknown predictor "orcale": did you mean "oracle"\?/],
    ['noisy:sigma=-1', /^noisy: sigma is "-1", expected a number in 0 … 10$/],
    ['noisy(oracle)', /noisy wraps nothing/],
    ['refind(oracle)', /^unknown predictor around another "refind": did you mean "refined"\?/],
    ['refined(trail)', /^refined\(trail\): trail follows/],
    ['refined(noisy:sigma=-1)', /^noisy: sigma is "-1"/],
    ['noisy:big', /"big" is no parameter, expected key=value$/],
    ['learned:length-v9', /^no model of length "length-v9" ships: did you mean "length-v0"\?/],
    ['learned:path=/no/such.json', /^\/no\/such.json: no such model file$/],
    ['oracle+noisy', /^unknown acceptance predictor "noisy"; there are oracle, /],
    ['oracle+ewma+oracle', /^"oracle\+ewma\+oracle": expected one predictor, or one of length \+ one of acceptance$/],
    ['ewma', /^unknown predictor "ewma"/],
  ])('%j', (spec, message) => {
    expect(() => resolvePredictor(spec)).toThrow(message);
  });
});

test('a list of specs is split at the commas between them', () => {
  expect(
    splitSpecs(
      'srpt, las:by=service,quantum=9 ,expr: max(age, 1) == 2,fcfs,hysteresis(las:quantum=2,by=tokens):gap=1,ratio=0',
    ),
  ).toEqual([
    'srpt',
    'las:by=service,quantum=9',
    'expr: max(age, 1) == 2',
    'fcfs',
    'hysteresis(las:quantum=2,by=tokens):gap=1,ratio=0',
  ]);
  expect(splitSpecs('srpt')).toEqual(['srpt']);
  expect(splitSpecs(' , ')).toEqual([]);
});
