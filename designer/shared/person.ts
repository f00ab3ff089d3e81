import type { TFunction } from 'i18next';
import { isRole } from '../../domain/access/permissions.ts';

/** `role:net-reviewer` and `person:wang.min` in words. Something else is shown as it is. */
export function candidateText(t: TFunction, candidate: string): string {
  const [kind, name = ''] = candidate.split(/:(.*)/s);
  if (kind === 'role' && isRole(name)) return t(`approval.role.${name}`);
  return kind === 'person' || kind === 'role' ? name : candidate;
}

/** An actor: a person's id, or a service's token as `token:oa-demo`. */
export function actorText(actor: string): string {
  return actor.startsWith('token:') ? actor.slice('token:'.length) : actor;
}
