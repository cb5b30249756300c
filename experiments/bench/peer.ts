/** PPO on CartPole beside Stable-Baselines3 on this machine, where Python has it: the same networks, batches and epochs, one thread each. */
import { spawnSync } from 'node:child_process';
import { ppo } from '../../agents/learners/ppo.js';
import type { Bench } from './figure.js';
import { cpuMicrosOf, FASTER, onCartPole } from './learners.js';
import { timingOf } from './measure.js';

/** The Python to ask: `SERVEGYM_PYTHON`, or `python3`. */
const python = (): string => process.env.SERVEGYM_PYTHON ?? 'python3';

const STEPS = 32_768;
const REPEATS = 3;

/** Prints steps per CPU second, after a short run that warms up. */
const PROGRAM = `
import time, torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
torch.set_num_threads(1)
def learn(steps):
    model = PPO("MlpPolicy", make_vec_env("CartPole-v1", n_envs=8, seed=1), seed=1, device="cpu")
    before = time.process_time()
    model.learn(steps)
    return time.process_time() - before
learn(1)
print(${STEPS} / learn(${STEPS}))
`;

export const besidePeer: Bench = {
  name: 'beside Stable-Baselines3',
  async run(note) {
    const here = spawnSync(python(), ['-c', 'import stable_baselines3'], { stdio: 'ignore' });
    if (here.status !== 0) {
      note(
        `${python()} has no stable_baselines3, so nothing is compared: install it, or name another Python in SERVEGYM_PYTHON`,
      );
      return [];
    }
    const [own, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round <= REPEATS; round++) {
      const micros = await cpuMicrosOf(() => ppo(onCartPole.makeEnv, { seed: 1, steps: STEPS }));
      if (round > 0) own.push((1e6 * STEPS) / micros); // the first compiles
      if (round > 0) theirs.push(stepsPerSecond());
    }
    const [{ median: ours }, { median: peers }] = [timingOf(own), timingOf(theirs)];
    return [
      {
        name: 'PPO on CartPole-v1 ÷ Stable-Baselines3',
        value: ours / peers,
        best: Math.max(...own) / Math.max(...theirs),
        unit: '×',
        target: { least: FASTER },
        detail: `${Math.round(ours)} and ${Math.round(peers)} steps per CPU second, in turns; ${onCartPole.how}, one thread`,
      },
    ];
  },
};

function stepsPerSecond(): number {
  const { status, stdout, stderr } = spawnSync(python(), ['-c', PROGRAM], { encoding: 'utf8' });
  const value = Number(stdout.trim().split('\n').at(-1));
  if (status === 0 && value > 0) return value;
  throw new Error(`Stable-Baselines3 did not finish: ${stderr.trim().split('\n').at(-1)}`);
}
