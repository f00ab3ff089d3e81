import { queryOptions } from '@tanstack/react-query';
import { requestJson } from '../api/client.ts';
import type { HoursPolicy } from '../../domain/healing/judge.ts';

/** How a service is seen to be up. */
export type Probe =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'ssh'; readonly command: string }
  | {
      readonly kind: 'sql';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly credentialRef: string;
      readonly query: string;
    };

/** A service of the inventory as people keep it. */
export interface InventoryService {
  readonly serviceName: string;
  readonly host: string;
  readonly port: number;
  readonly credentialRef: string;
  readonly auth: 'password' | 'key';
  readonly hostKeyType: string | null;
  readonly hostKeySha256: string | null;
  readonly restartCommand: string;
  readonly probe: Probe;
  readonly playbook: string;
  readonly failureDomain: string;
  readonly hoursPolicy: HoursPolicy;
}

/** A version of a script. */
export interface Script {
  readonly scriptName: string;
  readonly version: number;
  readonly title: string;
  readonly sha256: string;
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly pattern: string }>;
  readonly submittedBy: string;
  readonly status: 'submitted' | 'approved' | 'returned';
  readonly reviewedBy: string | null;
  readonly reviewComment: string | null;
}

const at = ({ scriptName, version }: Pick<Script, 'scriptName' | 'version'>) =>
  `/v1/scripts/${scriptName}/versions/${version}`;

/** The calls of these pages. */
export const inventory = {
  services: () =>
    queryOptions({
      queryKey: ['services'],
      queryFn: () => requestJson<{ items: InventoryService[] }>('GET', '/v1/services'),
    }),
  putService: ({ serviceName, ...body }: InventoryService) =>
    requestJson<InventoryService>('PUT', `/v1/services/${encodeURIComponent(serviceName)}`, body),
  scripts: () =>
    queryOptions({
      queryKey: ['scripts'],
      queryFn: () => requestJson<{ items: Script[] }>('GET', '/v1/scripts'),
    }),
  scriptText: (script: Pick<Script, 'scriptName' | 'version'>) =>
    queryOptions({
      queryKey: ['script', script.scriptName, script.version],
      queryFn: () => requestJson<Script & { content: string }>('GET', at(script)),
      staleTime: Infinity,
    }),
  submitScript: (name: string, body: { title: string; content: string; parameters: Script['parameters'] }) =>
    requestJson<Script>('POST', `/v1/scripts/${encodeURIComponent(name)}`, body),
  reviewScript: (script: Script, decision: 'approve' | 'return', comment: string) =>
    requestJson<Script>('POST', `${at(script)}/review`, { decision, sha256: script.sha256, comment }),
};
