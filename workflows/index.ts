export { callDetached } from './call-detached.ts';
export { probeDevice } from './probe-device.ts';
export { runFlow } from './run-flow.ts';
export { startScheduledRun } from './start-scheduled-run.ts';
