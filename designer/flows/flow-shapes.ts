/** A flow version as lists show it. */
export interface FlowSummary {
  readonly flowVersionId: string;
  readonly flowName: string;
  readonly version: string;
  readonly title: string;
  readonly planHash: string;
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly comment: string;
}

/** A flow with its versions, newest first. */
export type FlowDetail = FlowSummary & { readonly versions: readonly FlowSummary[] };

/** One version with its document. */
export type FlowVersion = FlowSummary & { readonly source: string };
