export { situationsOf } from './situations.ts';
export { type Situation, type Trial, tryStep, variablesAt } from './trial.ts';
