import type { Static } from 'typebox';
import type { JsonObject } from '../domain/json.ts';
import type { CatalogueFunction, StepCatalogue } from '../engine/types.ts';
import { grantAccess } from './access/grant-access.ts';
import { revokeAccess } from './access/revoke-access.ts';
import { approval } from './approval/approval.ts';
import { changeWindow } from './calendar/change-window.ts';
import type { StepCall, StepDefinition } from './define-step.ts';
import { http } from './general/http.ts';
import { openapi } from './general/openapi.ts';
import { notify } from './general/notify.ts';
import { process } from './general/process.ts';
import { escalate } from './healing/escalate.ts';
import { probe } from './healing/probe.ts';
import { resolveAlarm } from './healing/resolve-alarm.ts';
import { scriptRun } from './healing/script-run.ts';
import { serviceRestart } from './healing/service-restart.ts';
import { verify } from './healing/verify.ts';
import { signedCallback } from './general/signed-callback.ts';
import { callCancel } from './outreach/call-cancel.ts';
import { callDecide } from './outreach/call-decide.ts';
import { journeyEnter } from './outreach/journey-enter.ts';
import { deviceCollect } from './network/device-collect.ts';
import { devicePush } from './network/device-push.ts';
import { portEligibility } from './network/port-eligibility.ts';
import { portStateSample } from './network/port-state-sample.ts';
import { switchPortPlan } from './network/switch-port-plan.ts';
import { botRun } from './reconciliation/bot-run.ts';
import { controlTotals } from './reconciliation/control-totals.ts';
import { fileParse } from './reconciliation/file-parse.ts';
import { publishBreaks } from './reconciliation/publish-breaks.ts';
import { reconcile } from './reconciliation/reconcile.ts';
import { signOff } from './reconciliation/sign-off.ts';

/** Every step type, one file each. The order is the order of the palette inside a group. */
const STEPS = [
  approval,
  grantAccess,
  revokeAccess,
  changeWindow,
  deviceCollect,
  portEligibility,
  portStateSample,
  switchPortPlan,
  devicePush,
  botRun,
  fileParse,
  controlTotals,
  reconcile,
  publishBreaks,
  signOff,
  probe,
  serviceRestart,
  scriptRun,
  verify,
  resolveAlarm,
  escalate,
  journeyEnter,
  callDecide,
  callCancel,
  notify,
  signedCallback,
  http,
  openapi,
] as const;

/** Steps that only a keyword of the language reaches: no palette entry, no page, no `call`. */
const KEYWORD_STEPS = [process] as const;

/** All step definitions that a flow may call. */
export const definitions: readonly StepDefinition[] =
  STEPS as readonly unknown[] as readonly StepDefinition[];
const everyDefinition = [
  ...definitions,
  ...(KEYWORD_STEPS as readonly unknown[] as readonly StepDefinition[]),
];

const byKey = new Map<string, CatalogueFunction>(
  everyDefinition.flatMap((definition) =>
    [definition.version, ...definition.migrations.map(({ from }) => from)].map((version) => [
      `${definition.type}:${version}`,
      {
        name: definition.type,
        version,
        input: definition.input as unknown as JsonObject,
        output: definition.output as unknown as JsonObject,
        run: definition.run,
        controlled: definition.controlled,
      },
    ]),
  ),
);

/** The catalogue `@default` of flow documents. Versions a step migrates from are found too: documents that name one keep compiling. */
export const catalogue: StepCatalogue = {
  find: (name, version) => byKey.get(`${name}:${version}`),
  names: () => definitions.map((definition) => definition.type),
};

/** The definition behind a plan function, `name:version`; for an older version the live one, which takes its input. */
export function findDefinition(key: string): StepDefinition | undefined {
  return everyDefinition.find(({ type, version, migrations }) =>
    [version, ...migrations.map(({ from }) => from)].some((known) => key === `${type}:${known}`),
  );
}

type Steps = (typeof STEPS)[number] | (typeof KEYWORD_STEPS)[number];
type ActivitySteps = Extract<Steps, { readonly run: { readonly kind: 'activity' } }>;

/** The activity functions the catalogue needs, with their types: a step without an implementation does not compile. */
export type StepActivities = {
  readonly [Step in ActivitySteps as Step['run']['activity']]: (
    call: StepCall<Static<Step['input']>>,
  ) => Promise<Static<Step['output']>>;
};
