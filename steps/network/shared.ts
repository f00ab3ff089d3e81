import Type from 'typebox';
import { portChangeSchema } from '../../domain/network/port-request.ts';

const NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$';
const PLATFORM = Type.Union([Type.Literal('cisco_ios'), Type.Literal('huawei_vrp'), Type.Literal('ovs')]);
const NULLABLE_TEXT = Type.Union([Type.String(), Type.Null()]);
const NULLABLE_INTEGER = Type.Union([Type.Integer(), Type.Null()]);

/** Names of devices in the inventory. */
export const deviceName = Type.String({ pattern: NAME });

/** State of one port as collected; `config` holds its configuration lines. */
export const portStateSchema = Type.Object({
  port: Type.String(),
  link: Type.Union([
    Type.Literal('up'),
    Type.Literal('down'),
    Type.Literal('admin-down'),
    Type.Literal('err-disabled'),
    Type.Literal('no-optics'),
    Type.Literal('unknown'),
  ]),
  adminUp: Type.Boolean(),
  downSince: NULLABLE_TEXT,
  flapCount: NULLABLE_INTEGER,
  vlanMode: Type.Union([Type.Literal('access'), Type.Literal('trunk'), Type.Literal('other')]),
  accessVlan: NULLABLE_INTEGER,
  trunkVlans: Type.Array(Type.Integer()),
  nativeVlan: NULLABLE_INTEGER,
  description: Type.String(),
  macCount: Type.Integer(),
  neighbor: NULLABLE_TEXT,
  channelMember: Type.Boolean(),
  config: Type.Array(Type.String()),
});

/** Collected state of devices. A device that could not be read says why. */
export const collectedSchema = Type.Object({
  collectedAt: Type.String(),
  devices: Type.Array(
    Type.Object({
      device: deviceName,
      platform: PLATFORM,
      reachable: Type.Boolean(),
      error: Type.Optional(Type.String()),
      upSince: NULLABLE_TEXT,
      ports: Type.Array(portStateSchema),
    }),
  ),
});

const portAt = { device: deviceName, port: Type.String() };

/** Verdicts of the eligibility rule. */
export const eligibilitySchema = Type.Object({
  decidedAt: Type.String(),
  tradingDays: Type.Array(Type.String()),
  eligible: Type.Array(Type.Object(portAt)),
  refused: Type.Array(Type.Object({ ...portAt, reason: Type.String() })),
  verdicts: Type.Array(Type.Object({ ...portAt, eligible: Type.Boolean(), reason: Type.String() })),
});

/** The plan an approver sees and a push carries out. */
export const planSchema = Type.Object({
  planId: Type.String(),
  planHash: Type.String(),
  devices: Type.Array(
    Type.Object({
      device: deviceName,
      platform: PLATFORM,
      ports: Type.Array(
        Type.Object({
          port: Type.String(),
          preState: Type.Array(Type.String()),
          preStateHash: Type.String(),
          commands: Type.Array(Type.String()),
          inverse: Type.Array(Type.String()),
          intended: portChangeSchema,
          diff: Type.Array(
            Type.Object({
              mark: Type.Union([Type.Literal('+'), Type.Literal('-'), Type.Literal(' ')]),
              line: Type.String(),
            }),
          ),
        }),
      ),
    }),
  ),
  skipped: Type.Array(Type.Object({ ...portAt, reason: Type.String() })),
  scriptText: Type.String(),
});
