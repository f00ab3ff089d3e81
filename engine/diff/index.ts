export { diffFlows, stepPairs, type FieldChange, type FlowChange } from './diff.ts';
export { changeSentences } from './words.ts';
