import { errorAt } from '../problems.ts';
import { textMember } from '../tasks.ts';
import type { Check } from './check.ts';

const ACCEPTED = ['1.0.0', '1.0.1', '1.0.2', '1.0.3'];

/** The document is written for a version of the language that this engine knows. */
export const checkDslVersion: Check = ({ document }) => {
  const version = textMember(document, 'document', 'dsl');
  if (version === undefined || ACCEPTED.includes(version)) return [];
  return [
    errorAt('/document/dsl', 'dsl-version', `DSL version ${version} is not one of ${ACCEPTED.join(', ')}`),
  ];
};
