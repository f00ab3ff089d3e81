import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import type { Device } from '../api/types.ts';
import { ProblemNote } from '../shared/parts.tsx';

const EMPTY = {
  name: '',
  host: '',
  port: '22',
  platform: 'cisco_ios',
  credentialRef: '',
  hostKeySha256: '',
  protectedPorts: '',
};
type Form = typeof EMPTY;
const PLATFORMS: ReadonlyArray<Device['platform']> = ['cisco_ios', 'huawei_vrp', 'ovs'];

/** Adds a device: what is left out of the form keeps its default. */
export function DeviceDrawer({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Drawer title={t('devices.addTitle')} open={isOpen} onClose={onClose} size={420} destroyOnHidden>
      <DeviceForm />
    </Drawer>
  );
}

function DeviceForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState<Form>(EMPTY);
  const [missing, setMissing] = useState('');
  const save = useMutation({
    mutationFn: () =>
      api.addDevice({
        name: form.name.trim(),
        host: form.host.trim(),
        port: Number(form.port),
        platform: PLATFORMS.find((name) => name === form.platform) ?? 'cisco_ios',
        credentialRef: form.credentialRef.trim(),
        hostKeyType: form.hostKeySha256.trim() === '' ? null : 'ssh-ed25519',
        hostKeySha256: form.hostKeySha256.trim() === '' ? null : form.hostKeySha256.trim(),
        sshProfile: 'modern',
        protectedPorts: form.protectedPorts
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== ''),
      }),
    onSuccess: (device) => {
      void client.invalidateQueries({ queryKey: ['devices'] });
      void navigate(`/devices/${device.name}`);
    },
  });
  const labels = {
    name: t('devices.name'),
    host: t('devices.host'),
    credentialRef: t('devices.credential'),
  } as const;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const empty = (['name', 'host', 'credentialRef'] as const).find((field) => form[field].trim() === '');
    setMissing(empty === undefined ? '' : t('devices.required', { field: labels[empty] }));
    if (empty === undefined) save.mutate();
  };
  const input = (field: keyof Form, label: string, help = '') => (
    <label className="field">
      <span>{label}</span>
      <Input value={form[field]} onChange={(event) => setForm({ ...form, [field]: event.target.value })} />
      {help === '' ? null : <span className="small quiet">{help}</span>}
    </label>
  );
  return (
    <form onSubmit={onSubmit} noValidate>
      {input('name', labels.name)}
      <label className="field">
        <span>{t('devices.platform')}</span>
        <Select
          value={form.platform}
          onChange={(value) => setForm({ ...form, platform: value })}
          options={PLATFORMS.map((name) => ({ value: name, label: t(`devices.platformName.${name}`) }))}
        />
      </label>
      {input('host', labels.host)}
      {input('port', t('devices.portNumber'))}
      {input('credentialRef', labels.credentialRef, t('devices.credentialHelp'))}
      {input('hostKeySha256', t('devices.hostKeySha'), t('devices.hostKeyHelp'))}
      <label className="field">
        <span>{t('devices.protectedPorts')}</span>
        <Input.TextArea
          value={form.protectedPorts}
          autoSize={{ minRows: 3 }}
          onChange={(event) => setForm({ ...form, protectedPorts: event.target.value })}
        />
        <span className="small quiet">{t('devices.protectedHelp')}</span>
      </label>
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
