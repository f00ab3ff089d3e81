export { fixOf } from './fixes.ts';
export type { Fix, FixWork } from './types.ts';
export { fixWords } from './words.ts';
