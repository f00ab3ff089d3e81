// Gets the Temporal programs the stack tests need and builds the pages before any test runs, so that a build of minutes
// shows its progress and is not taken for a hanging test, and two test processes do not build the pages at once. Ends with 1
// and one line when there is none to get.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDesigner } from '../../cli/stack/designer-build.ts';
import { messageOf } from '../../cli/stack/failure.ts';
import { findTemporal, findTemporalServer, onPath } from '../../cli/stack/temporal-binary.ts';
import { cacheDir } from './cache-dir.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const options = {
  env: { ...process.env, TEMPORAL_ADDRESS: '' },
  cacheDir: cacheDir(),
  progress: (line: string): void => console.log(line),
};
try {
  const source = await findTemporal(options);
  console.log(`Temporal: ${source.kind === 'program' ? `${source.path} (${source.from})` : source.address}`);
  // The real server can only be built; without Go its test is skipped and says so.
  if (onPath('go', process.env) !== null) await findTemporalServer(options);
  await buildDesigner(ROOT, join(tmpdir(), 'afterbell-test-pages.log'), options.progress);
} catch (thrown) {
  console.error(messageOf(thrown));
  process.exitCode = 1;
}
