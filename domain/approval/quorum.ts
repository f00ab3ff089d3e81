/** A decision as the rule sees it. */
export interface CountedDecision {
  readonly decisionId: string;
  readonly username: string;
  /** Roles the person had when deciding: which of the asked roles the decision can stand for. */
  readonly roles: readonly string[];
  readonly decision: 'approve' | 'refuse';
  readonly comment: string;
  readonly atMs: number;
}

/**
 * A request for approval with the decisions that counted so far. JSON all through: a run carries it over continue-as-new.
 * `contentHash` and `attemptNonce` bind decisions to exactly this content and this asking.
 */
export interface OpenApproval {
  readonly approvalId: string;
  readonly contentHash: string;
  readonly attemptNonce: string;
  readonly rule: 'any' | 'all';
  /** `role:net-reviewer` or `person:wang.min`. With `all`, every entry has to be satisfied by another person. */
  readonly candidates: readonly string[];
  readonly requestedBy: string;
  readonly authoredBy: string;
  readonly decisions: readonly CountedDecision[];
}

/** A decision as it arrives, with what it claims to decide on. */
export interface OfferedDecision extends CountedDecision {
  readonly approvalId: string;
  readonly contentHash: string;
  readonly attemptNonce: string;
}

/** Why a decision does not count, as a stable code; undefined when it counts. */
export type DecisionRefusal =
  | 'other-approval'
  | 'other-attempt'
  | 'other-content'
  | 'requester-may-not-decide'
  | 'author-may-not-decide'
  | 'not-a-candidate'
  | 'already-decided';

/** Checks whether a decision may count for an approval. The requester and the author of the flow version never decide. */
export function refusalOf(approval: OpenApproval, offered: OfferedDecision): DecisionRefusal | undefined {
  if (offered.approvalId !== approval.approvalId) return 'other-approval';
  if (offered.attemptNonce !== approval.attemptNonce) return 'other-attempt';
  if (offered.contentHash !== approval.contentHash) return 'other-content';
  if (offered.username === approval.requestedBy) return 'requester-may-not-decide';
  if (offered.username === approval.authoredBy) return 'author-may-not-decide';
  if (!isCandidate(approval.candidates, offered.username, offered.roles)) return 'not-a-candidate';
  if (approval.decisions.some((decision) => decision.username === offered.username)) return 'already-decided';
  return undefined;
}

/** True when a person is asked, by name or by role. */
export function isCandidate(
  candidates: readonly string[],
  username: string,
  roles: readonly string[],
): boolean {
  return candidates.some((candidate) => satisfies(candidate, username, roles));
}

/** The approval with one more decision. Call `refusalOf` first: this does not check. */
export function withDecision(approval: OpenApproval, decision: CountedDecision): OpenApproval {
  const { decisionId, username, roles, comment, atMs } = decision;
  const counted = { decisionId, username, roles, decision: decision.decision, comment, atMs };
  return { ...approval, decisions: [...approval.decisions, counted] };
}

/**
 * Where the approval stands: one refusal refuses it; `any` needs one approval; `all` needs every candidate satisfied, each by another
 * person: two reviewers do not stand for a reviewer and a risk officer. Without an approval it stays open, whoever is asked. Undefined
 * while it is open.
 */
export function outcomeOf(approval: OpenApproval): 'approved' | 'refused' | undefined {
  if (approval.decisions.some((decision) => decision.decision === 'refuse')) return 'refused';
  const approvals = approval.decisions;
  if (approvals.length === 0) return undefined;
  if (approval.rule === 'any') return 'approved';
  return isEveryoneMatched(new Set(approval.candidates), approvals) ? 'approved' : undefined;
}

/** Finds a different person for every candidate, moving earlier choices when needed (augmenting paths; both sides are few). */
function isEveryoneMatched(candidates: ReadonlySet<string>, approvals: readonly CountedDecision[]): boolean {
  const candidateOf = new Map<string, string>();
  const place = (candidate: string, tried: Set<string>): boolean =>
    approvals.some(({ username, roles }) => {
      if (tried.has(username) || !satisfies(candidate, username, roles)) return false;
      tried.add(username);
      const held = candidateOf.get(username);
      if (held !== undefined && !place(held, tried)) return false;
      candidateOf.set(username, candidate);
      return true;
    });
  return [...candidates].every((candidate) => place(candidate, new Set()));
}

function satisfies(candidate: string, username: string, roles: readonly string[]): boolean {
  const separator = candidate.indexOf(':');
  const kind = candidate.slice(0, separator);
  const name = candidate.slice(separator + 1);
  if (kind === 'person') return name === username;
  return kind === 'role' && roles.includes(name);
}
