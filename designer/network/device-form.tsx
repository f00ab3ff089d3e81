import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import type { Device } from '../api/types.ts';
import { Field } from '../shared/field.tsx';
import { ProblemNote } from '../shared/parts.tsx';
import {
  type DeviceFields,
  deviceOf,
  faultOf,
  fieldsOf,
  otherAttributes,
  PLATFORM_ATTRIBUTES,
} from './device-fields.ts';

const PLATFORMS: ReadonlyArray<Device['platform']> = ['cisco_ios', 'huawei_vrp', 'ovs'];
const PROFILES: ReadonlyArray<Device['sshProfile']> = ['modern', 'legacy', 'very-legacy'];
const KEY_TYPES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'] as const;
const DIALECTS = ['vrp5', 'vrp8'] as const;
const LOGINS = ['password', 'keyboard-interactive', 'key'] as const;

/** Adds a device, or changes the one given: what the form does not show stays as it is. */
export function DeviceDrawer({
  isOpen,
  onClose,
  known,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly known?: Device;
}) {
  const { t } = useTranslation();
  return (
    <Drawer
      title={known === undefined ? t('devices.addTitle') : t('devices.editTitle', { name: known.name })}
      open={isOpen}
      onClose={onClose}
      size={420}
      destroyOnHidden
    >
      <DeviceForm known={known} onSaved={onClose} />
    </Drawer>
  );
}

type Change = (part: Partial<DeviceFields>) => void;

function DeviceForm({
  known,
  onSaved,
}: {
  readonly known: Device | undefined;
  readonly onSaved: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState(() => fieldsOf(known));
  const [missing, setMissing] = useState('');
  const save = useMutation({
    mutationFn: () => api.putDevice(deviceOf(form, known)),
    onSuccess: async (device) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['devices'] }),
        client.invalidateQueries({ queryKey: ['device', device.name] }),
      ]);
      onSaved();
      if (known === undefined) await navigate(`/devices/${device.name}`);
    },
  });
  const change: Change = (part) => setForm({ ...form, ...part });
  const labels = {
    name: t('devices.name'),
    host: t('devices.host'),
    zone: t('devices.zone'),
    credentialRef: t('devices.credential'),
  } as const;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const fault = faultOf(form);
    setMissing(
      fault === undefined
        ? ''
        : fault === 'port'
          ? t('devices.badPort')
          : t('devices.required', { field: labels[fault] }),
    );
    if (fault === undefined) save.mutate();
  };
  const input = (field: 'name' | 'host' | 'port' | 'zone' | 'credentialRef', label: string, help = '') => (
    <Field label={label} help={help}>
      <Input
        value={form[field]}
        disabled={field === 'name' && known !== undefined}
        onChange={(event) => change({ [field]: event.target.value })}
      />
    </Field>
  );
  return (
    <form onSubmit={onSubmit} noValidate>
      {input('name', labels.name)}
      <Platform form={form} change={change} known={known} />
      {input('host', labels.host)}
      {input('port', t('devices.portNumber'))}
      {input('zone', labels.zone, t('devices.zoneHelp'))}
      {input('credentialRef', labels.credentialRef, t('devices.credentialHelp'))}
      <HostKey form={form} change={change} known={known} />
      <Field label={t('devices.profile')}>
        <Select
          aria-label={t('devices.profile')}
          value={form.sshProfile}
          onChange={(sshProfile) => change({ sshProfile })}
          options={PROFILES.map((value) => ({ value, label: t(`devices.profileName.${value}`) }))}
        />
      </Field>
      <Field label={t('devices.protectedPorts')} help={t('devices.protectedHelp')}>
        <Input.TextArea
          value={form.protectedPorts}
          autoSize={{ minRows: 3 }}
          onChange={(event) => change({ protectedPorts: event.target.value })}
        />
      </Field>
      <p className="field-error" role="alert">
        {missing}
      </p>
      {save.error === null ? null : <ProblemNote error={save.error} />}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('devices.save')}
      </Button>
    </form>
  );
}

/** The platform and the settings its driver has. */
function Platform({
  form,
  change,
  known,
}: {
  readonly form: DeviceFields;
  readonly change: Change;
  readonly known: Device | undefined;
}) {
  const { t } = useTranslation();
  const others = otherAttributes(known, form.platform);
  const shown = PLATFORM_ATTRIBUTES[form.platform];
  return (
    <>
      <Field label={t('devices.platform')}>
        <Select
          aria-label={t('devices.platform')}
          value={form.platform}
          onChange={(platform) => change({ platform })}
          options={PLATFORMS.map((value) => ({ value, label: t(`devices.platformName.${value}`) }))}
        />
      </Field>
      {shown.includes('bridge') ? (
        <Field label={t('devices.bridge')} help={t('devices.bridgeHelp')}>
          <Input value={form.bridge} onChange={(event) => change({ bridge: event.target.value })} />
        </Field>
      ) : null}
      {shown.includes('dialect') ? (
        <Field label={t('devices.dialect')}>
          <Select
            aria-label={t('devices.dialect')}
            value={form.dialect === '' ? 'vrp5' : form.dialect}
            onChange={(dialect) => change({ dialect })}
            options={DIALECTS.map((value) => ({ value, label: t(`devices.dialectName.${value}`) }))}
          />
        </Field>
      ) : null}
      <Field label={t('devices.auth')}>
        <Select
          aria-label={t('devices.auth')}
          value={form.auth === '' ? 'password' : form.auth}
          onChange={(auth) => change({ auth })}
          options={LOGINS.map((value) => ({ value, label: t(`devices.authName.${value}`) }))}
        />
      </Field>
      {others.length === 0 ? null : (
        <p className="small quiet field">
          {t('devices.otherAttributes')} <span className="mono">{others.join(' · ')}</span>
        </p>
      )}
    </>
  );
}

/** The pinned host key: shown as it is, and replaced only after one asks to. */
function HostKey({
  form,
  change,
  known,
}: {
  readonly form: DeviceFields;
  readonly change: Change;
  readonly known: Device | undefined;
}) {
  const { t } = useTranslation();
  const pinned = known?.hostKeySha256 ?? null;
  const [isReplacing, setReplacing] = useState(pinned === null);
  const stop = () => {
    setReplacing(false);
    change({ newPin: '', newPinType: '' });
  };
  return (
    <>
      {pinned === null ? null : (
        <div className="field">
          <span>{t('devices.hostKey')}</span>
          <span className="mono token">{`${known?.hostKeyType ?? ''} ${pinned}`.trim()}</span>
          <span>
            <Button size="small" onClick={isReplacing ? stop : () => setReplacing(true)}>
              {isReplacing ? t('devices.keepPin') : t('devices.replacePin')}
            </Button>
          </span>
        </div>
      )}
      {isReplacing ? (
        <>
          <Field
            label={t('devices.hostKeySha')}
            help={pinned === null ? t('devices.hostKeyHelp') : t('devices.replacePinHelp')}
          >
            <Input value={form.newPin} onChange={(event) => change({ newPin: event.target.value })} />
          </Field>
          <Field label={t('devices.hostKeyType')}>
            <Select
              aria-label={t('devices.hostKeyType')}
              value={form.newPinType}
              onChange={(newPinType) => change({ newPinType })}
              options={[
                { value: '', label: t('devices.anyKeyType') },
                ...KEY_TYPES.map((value) => ({ value: value as string, label: value as string })),
              ]}
            />
          </Field>
        </>
      ) : null}
    </>
  );
}
