import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { marketClock, previousTradingDays } from '../../domain/calendar/index.ts';
import type { JsonObject } from '../../domain/json.ts';
import { FlowEngineUnavailable } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { nameSchema, pageOf, pageQuery } from './common.ts';

const MARKET = 'SSE';
const SHOWN_DAYS = 5;

const deviceBody = Type.Object(
  {
    name: nameSchema,
    host: Type.String({ pattern: '^[A-Za-z0-9._:-]{1,253}$', description: 'Host name or address' }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, default: 22 })),
    platform: Type.Union([Type.Literal('cisco_ios'), Type.Literal('huawei_vrp'), Type.Literal('ovs')]),
    zone: Type.Optional(nameSchema),
    credentialRef: Type.String({
      pattern: '^[a-z0-9][a-z0-9/._-]{0,99}#v[1-9][0-9]{0,5}$',
      description: 'Such as device/access-1#v1',
    }),
    hostKeyType: Type.Optional(Type.Union([Type.String({ pattern: '^[a-z0-9@.-]{3,60}$' }), Type.Null()])),
    hostKeySha256: Type.Optional(
      Type.Union([Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' }), Type.Null()]),
    ),
    sshProfile: Type.Optional(
      Type.Union([Type.Literal('modern'), Type.Literal('legacy'), Type.Literal('very-legacy')]),
    ),
    protectedPorts: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 500 })),
    attributes: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([Type.String({ maxLength: 400 }), Type.Number(), Type.Boolean()]),
      ),
    ),
  },
  { additionalProperties: false },
);

/** The device inventory. */
export const deviceRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/devices',
    permission: 'device.read',
    summary: 'Devices by name',
    query: Type.Object(pageQuery, { additionalProperties: false }),
    handle: async ({ query }, { records }) => ({
      status: 200,
      body: await records.devices.list(pageOf(query)),
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/devices/:name',
    permission: 'device.read',
    summary: 'One device with its port samples of the last trading days',
    params: Type.Object({ name: nameSchema }),
    handle: async ({ params }, { records, clock }) => {
      const device = await records.devices.findByName(params.name);
      if (device === undefined) throw notFound('device', params.name);
      const { tradingDay } = marketClock(clock());
      const days = [...previousTradingDays(MARKET, tradingDay, SHOWN_DAYS), tradingDay];
      return { status: 200, body: { ...device, samples: await records.devices.samples(device.name, days) } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/devices',
    permission: 'device.manage',
    summary:
      'Add a device, or change the one with this name. Without a pinned host key every login is refused',
    body: deviceBody,
    handle: async ({ body, caller }, { records }) => {
      const known = await records.devices.findByName(body.name);
      const device = await records.devices.put({
        deviceId: known?.deviceId ?? randomUUID(),
        name: body.name,
        host: body.host,
        port: body.port ?? 22,
        platform: body.platform,
        zone: body.zone ?? 'default',
        credentialRef: body.credentialRef,
        hostKeyType: body.hostKeyType ?? null,
        hostKeySha256: body.hostKeySha256 ?? null,
        sshProfile: body.sshProfile ?? 'modern',
        protectedPorts: body.protectedPorts ?? [],
        attributes: (body.attributes ?? {}) as JsonObject,
      });
      const action = known === undefined ? 'device.added' : 'device.changed';
      await records.audit.append({
        actor: caller.actor,
        action,
        objectKind: 'device',
        objectId: device.name,
        detail: { host: device.host, port: device.port, hostKeySha256: device.hostKeySha256 },
      });
      return { status: known === undefined ? 201 : 200, body: device };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/devices/:name/test',
    permission: 'device.test',
    summary: 'Log in from the device zone and report what was seen; changes nothing',
    params: Type.Object({ name: nameSchema }),
    handle: async ({ params, caller }, { records, flowClient }) => {
      const device = await records.devices.findByName(params.name);
      if (device === undefined) throw notFound('device', params.name);
      await records.audit.append({
        actor: caller.actor,
        action: 'device.tested',
        objectKind: 'device',
        objectId: device.name,
      });
      try {
        return { status: 200, body: await flowClient.probeDevice(device.name, device.zone) };
      } catch (error) {
        if (!(error instanceof FlowEngineUnavailable)) throw error;
        throw new ApiProblem(
          503,
          'engine-unavailable',
          `No worker of zone “${device.zone}” answered; check that it runs.`,
        );
      }
    },
  }),
];
