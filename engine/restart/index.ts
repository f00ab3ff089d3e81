export { restartMachine } from '../machine/restart.ts';
export {
  type RecordedApproval,
  restartPoints,
  type RestartQuestion,
  startBytes,
} from './points.ts';
export { noSuchStep } from './refusals.ts';
export type * from './types.ts';
