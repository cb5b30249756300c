import { test, expect } from 'vitest';
import { openSetting } from '/work/main/env/settings/setting.js';
import { namedSetting } from '/work/main/env/settings/catalogue.js';
import { createServingEnv } from '/work/main/env/tasks/serving-env.js';
import { slotCodec } from '/work/main/env/tasks/slot-codec.js';
import { rewardOf } from '/work/main/env/tasks/rewards/reward.js';
import { volume } from '/work/main/agents/schedulers/volume.js';
import { srpt } from '/work/main/agents/schedulers/srpt.js';
import { oracle } from '/work/main/predictors/oracle.js';
import { runEpisode } from '/work/main/experiments/episode.js';
import { createColumns } from '/work/main/env/gym/columns.js';

test('zero action = base', () => {
  const setting = namedSetting('chat-long');
  const { source, rules, cost } = openSetting(setting, { requests: 300 });
  for (const every of ['event', 'iteration'] as const)
  for (const base of [volume, srpt]) {
    const env = createServingEnv({ source, rules, cost, predictor: oracle }, () => slotCodec({ base, perRequest: ['rank','gamma','hold','keep'], forAll: ['reserve','headroom','budget','chunk'], slots: 32, span: 3, every }), { reward: rewardOf('-jct') });
    let [obs, info] = env.reset({ seed: 1, options: { workloadSeed: 5 } });
    const zero = new Float32Array(env.actionSpace.shape[0]);
    let ret = 0, steps = 0;
    for (;;) { const [o, r, term, trunc, i] = env.step(zero); ret += r; steps++; if (term || trunc) { info = i; break; } }
    const direct = runEpisode({ workload: source.sample(5), rules, cost, scheduler: base, predictor: oracle, seed: 0 });
    console.log(every, base.name, steps, ret, (info.summary as any).jct.mean, direct.summary.jct.mean, direct.summary.jct.mean*300/1e6);
    expect((info.summary as any).jct.mean).toBe(direct.summary.jct.mean);
  }
});
test('speed', () => {
  const setting = namedSetting('chat-long');
  const { source, rules, cost } = openSetting(setting, { requests: 3000, load: 1.1 });
  for (const base of [srpt, volume]) for (const reward of ['-jct']) {
  const env = createServingEnv({ source, rules, cost, predictor: oracle }, () => slotCodec({ base, perRequest: ['rank','gamma'], forAll: ['reserve','headroom','budget','chunk'], slots: 32, span: 3, every: 'iteration' }), { reward: rewardOf(reward), metrics: false });
  const out = createColumns(env.observationSpace, 1, 0);
  const zero = new Float32Array(env.actionSpace.shape[0]);
  for (let k = 0; k < 3; k++) {
  env.resetInto(out, 0, { seed: 1 });
  const t = process.cpuUsage(); let steps = 0;
  for (;;) { for (let j = 0; j < 64; j += 7) zero[j] = 0.01 * ((steps + j) % 13 - 6); env.stepInto(zero, out, 0); steps++; if (out.terminated[0]) break; }
  const u = process.cpuUsage(t); console.log(base.name, reward, steps, steps / ((u.user + u.system) / 1e6) / 1e3, 'k steps/s');
  }}
});
