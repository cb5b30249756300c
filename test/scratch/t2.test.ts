import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { openNamedTask } from '../../experiments/tasks/open.js';
it('draws', () => {
  for (const [id, more] of [['Pick-v0', {}], ['Serve-v0', { slots: 32 }], ['Queue-v0', {}]] as const)
    for (const renderMode of ['ansi', 'svg', 'png']) {
      const env = openNamedTask(id, { requests: 200, renderMode, ...more } as never);
      let [, info] = env.reset({ seed: 1 });
      for (let k = 0; k < 300; k++) {
        const mask = info.action_mask as Uint8Array | undefined;
        const a = id === 'Serve-v0' ? new Float32Array(env.actionSpace.shape![0]) : mask ? (env.actionSpace as any).sample({ mask }) : 0;
        const r = env.step(a);
        info = r[4];
        if (r[2] || r[3]) break;
      }
      const f = env.render();
      if (renderMode === 'ansi') console.log(f + '\n');
      else writeFileSync(`/tmp/t2/${id}.${renderMode}`, f as string);
    }
});
