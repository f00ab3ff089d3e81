export { type Compilation, compileFlow, isPlanIntact } from './compile.ts';
export { type FlowSource, type ParsedDocument, parseFlowDocument, renderFlowDocument } from './document.ts';
export { parseDuration } from './durations.ts';
export {
  askSubject,
  expressionFault,
  fillTemplate,
  TemplateError,
  templateFaults,
} from './event-template.ts';
export { expectedValuesOf, keySourcesOf, keyValuesOf } from './event-routes.ts';
export { expressionRevision } from './expression/index.ts';
export { canonicalErrorType, standardError, type StandardError } from './errors.ts';
export { advanceMachine, startMachine } from './machine/machine.ts';
export { restartMachine } from './machine/restart.ts';
export {
  type Answer,
  type AskedCommand,
  rehearse,
  type Rehearsal,
  type RehearsalOptions,
  type TraceLine,
} from './rehearsal.ts';
export { type Validation, validateFlow } from './validate.ts';
export type * from './types.ts';
export { afterbellProfileSchema, renderProfileSchema } from './profile-schema.ts';
