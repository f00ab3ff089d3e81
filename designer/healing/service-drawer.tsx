import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../shared/field.tsx';
import { ProblemNote } from '../shared/parts.tsx';
import { inventory, type InventoryService } from './inventory-api.ts';
import { faultOf, fieldsOf, PROBE_FIELDS, type ServiceFields, serviceOf } from './service-fields.ts';

const KEY_TYPES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'] as const;
const AUTHS = ['key', 'password'] as const;
const HOURS = ['any', 'outside-trading-hours'] as const;

/** Adds a service to the inventory, or changes the one given. */
export function ServiceDrawer({
  isOpen,
  onClose,
  known,
  playbooks,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly known: InventoryService | undefined;
  readonly playbooks: readonly string[];
}) {
  const { t } = useTranslation();
  return (
    <Drawer
      title={
        known === undefined ? t('inventory.addTitle') : t('inventory.editTitle', { name: known.serviceName })
      }
      open={isOpen}
      onClose={onClose}
      size={420}
      destroyOnHidden
    >
      <ServiceForm known={known} playbooks={playbooks} onSaved={onClose} />
    </Drawer>
  );
}

function ServiceForm({
  known,
  playbooks,
  onSaved,
}: {
  readonly known: InventoryService | undefined;
  readonly playbooks: readonly string[];
  readonly onSaved: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form, setForm] = useState(() => fieldsOf(known, playbooks[0] ?? ''));
  const [missing, setMissing] = useState('');
  const save = useMutation({
    mutationFn: () => inventory.putService(serviceOf(form)),
    onSuccess: async () => {
      await Promise.all(
        ['services', 'playbooks'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
      onSaved();
    },
  });
  const change = (part: Partial<ServiceFields>) => setForm({ ...form, ...part });
  const text = (key: keyof ServiceFields, label: string, help = '') => (
    <Field label={label} help={help}>
      <Input value={form[key]} onChange={(event) => change({ [key]: event.target.value })} />
    </Field>
  );
  const choice = <Word extends string>(
    key: keyof ServiceFields,
    label: string,
    words: readonly Word[],
    wordOf: (word: Word) => string,
  ) => (
    <Field label={label}>
      <Select
        aria-label={label}
        value={form[key]}
        options={words.map((word) => ({ value: word, label: wordOf(word) }))}
        onChange={(word) => change({ [key]: word })}
      />
    </Field>
  );
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const fault = faultOf(form);
    setMissing(fault === undefined ? '' : t('inventory.missing', { field: t(`inventory.${fault}`) }));
    if (fault === undefined) save.mutate();
  };
  return (
    <form className="form" onSubmit={onSubmit}>
      {save.error === null ? null : <ProblemNote error={save.error} />}
      {known === undefined ? text('name', t('inventory.name')) : null}
      {text('host', t('inventory.host'))}
      {text('port', t('inventory.port'))}
      {text('credential', t('inventory.credential'), t('inventory.credentialHelp'))}
      {choice('auth', t('inventory.auth'), AUTHS, (word) => t(`inventory.auths.${word}`))}
      {choice('hostKeyType', t('inventory.hostKeyType'), KEY_TYPES, (word) => word)}
      {text('hostKey', t('inventory.hostKey'), t('inventory.hostKeyHelp'))}
      {text('restart', t('inventory.restart'), t('inventory.restartHelp'))}
      {choice('probe', t('inventory.probe'), ['tcp', 'http', 'ssh', 'sql'] as const, (word) =>
        t(`inventory.probes.${word}`),
      )}
      {PROBE_FIELDS[form.probe].map((key) => (
        <div key={key}>
          {text(
            key,
            t(`inventory.${key}`),
            key === 'command' || key === 'query' ? t(`inventory.${key}Help`) : '',
          )}
        </div>
      ))}
      {choice('playbook', t('inventory.playbook'), playbooks, (word) => word)}
      {text('domain', t('inventory.domain'), t('inventory.domainHelp'))}
      {choice('hours', t('inventory.hours'), HOURS, (word) => t(`healing.hoursPolicies.${word}`))}
      <span className="field-error" role="alert">
        {missing}
      </span>
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('inventory.save')}
      </Button>
    </form>
  );
}
