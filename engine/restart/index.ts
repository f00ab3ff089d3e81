export { restartMachine } from '../machine/restart.ts';
export {
  keyText,
  type RecordedApproval,
  restartPoints,
  type RestartQuestion,
  startChars,
  stepNameAt,
} from './points.ts';
export { noSuchStep } from './refusals.ts';
export type * from './types.ts';
