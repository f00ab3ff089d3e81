export { diffFlows, type FieldChange, type FlowChange, stepPairs, valueChanges } from './diff.ts';
export { changeSentences } from './words.ts';
