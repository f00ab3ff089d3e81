import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, Note, ProblemNote } from '../shared/parts.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { wallTime } from '../shared/time.ts';
import { type SecretPart, type SecretRow, secretRows, secretValue } from './secret-rows.ts';
import { SettingsHead } from './settings-head.tsx';

/** Names and versions of secrets; a version can be added, and none is ever shown. */
export function SecretList() {
  const { t } = useTranslation();
  const mayWrite = useMay('secret.write');
  return (
    <>
      <SettingsHead />
      {mayWrite ? <Secrets /> : <Empty icon="lock" title={t('settings.secretsHidden')} />}
    </>
  );
}

function Secrets() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const secrets = useQuery(queries.secrets());
  /** Name that gets a version; empty for a new secret. */
  const [adding, setAdding] = useState<string>();
  const columns: Array<Column<SecretRow>> = [
    { key: 'name', title: t('settings.secretName'), cell: ({ name }) => name, mono: true, grows: true },
    {
      key: 'newest',
      title: t('settings.newest'),
      cell: ({ reference }) => reference,
      mono: true,
      narrow: false,
    },
    {
      key: 'versions',
      title: t('settings.versions'),
      cell: ({ versions }) => versions,
      mono: true,
    },
    {
      key: 'created',
      title: t('settings.created'),
      cell: ({ createdAt }) => wallTime(Date.parse(createdAt), nowMs),
      mono: true,
      narrow: false,
    },
    {
      key: 'actions',
      title: t('settings.tokenActions'),
      cell: ({ name }) => (
        <Button
          size="small"
          onClick={() => setAdding(name)}
          aria-label={t('settings.addVersionOf', { name })}
        >
          {t('settings.addVersion')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <div className="line actions">
        <Button type="primary" onClick={() => setAdding('')}>
          {t('settings.addSecret')}
        </Button>
        <span className="quiet">{t('settings.secretText')}</span>
      </div>
      {secrets.error !== null ? (
        <ProblemNote error={secrets.error} onAgain={() => void secrets.refetch()} />
      ) : secrets.data === undefined ? (
        <Loading />
      ) : secrets.data.items.length === 0 ? (
        <Empty icon="lock" title={t('settings.noSecrets')} text={t('settings.noSecretsText')} />
      ) : (
        <Table
          label={t('settings.secrets')}
          columns={columns}
          rows={secretRows(secrets.data.items)}
          rowKey={({ name }) => name}
        />
      )}
      <Drawer
        open={adding !== undefined}
        onClose={() => setAdding(undefined)}
        size={420}
        destroyOnHidden
        title={
          adding === undefined || adding === ''
            ? t('settings.addSecret')
            : t('settings.addVersionOf', { name: adding })
        }
      >
        {adding === undefined ? null : <SecretForm fixedName={adding} />}
      </Drawer>
    </>
  );
}

const LOGIN: readonly SecretPart[] = [
  { name: 'username', value: '' },
  { name: 'password', value: '' },
];

function SecretForm({ fixedName }: { readonly fixedName: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(fixedName);
  const [parts, setParts] = useState(LOGIN);
  const [missing, setMissing] = useState('');
  const store = useMutation({
    mutationFn: (value: Record<string, string>) => api.storeSecret(name.trim(), value),
    onSuccess: () => {
      setParts(LOGIN);
      return client.invalidateQueries({ queryKey: ['secrets'] });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const value = secretValue(parts);
    const field =
      name.trim() === ''
        ? t('settings.secretName')
        : `${t('settings.secretField')} / ${t('settings.secretValue')}`;
    const isReady = name.trim() !== '' && value !== undefined;
    setMissing(isReady ? '' : t('settings.required', { field }));
    if (isReady) store.mutate(value);
  };
  if (store.data !== undefined)
    return (
      <Note icon="check" tone="good">
        <p>{t('settings.secretSaved', { reference: store.data.reference })}</p>
      </Note>
    );
  return (
    <form onSubmit={onSubmit} noValidate autoComplete="off">
      <div className="field">
        <label htmlFor="secret-name">{t('settings.secretName')}</label>
        <Input
          id="secret-name"
          className="mono"
          value={name}
          disabled={fixedName !== ''}
          onChange={(event) => setName(event.target.value)}
        />
        <span className="small quiet">{t('settings.secretNameHelp')}</span>
      </div>
      <Parts parts={parts} onChange={setParts} />
      <p className="field-error" role="alert">
        {missing}
      </p>
      {store.error === null ? null : <ProblemNote error={store.error} />}
      <Button type="primary" htmlType="submit" loading={store.isPending}>
        {t('settings.secretSave')}
      </Button>
    </form>
  );
}

function Parts({
  parts,
  onChange,
}: {
  readonly parts: readonly SecretPart[];
  readonly onChange: (parts: readonly SecretPart[]) => void;
}) {
  const { t } = useTranslation();
  const change = (index: number, part: Partial<SecretPart>) =>
    onChange(parts.map((old, at) => (at === index ? { ...old, ...part } : old)));
  return (
    <div className="field">
      <span className="small quiet">{t('settings.secretFieldHelp')}</span>
      {parts.map((part, index) => (
        <div className="part" key={index}>
          <Input
            className="mono"
            aria-label={`${t('settings.secretField')} ${index + 1}`}
            value={part.name}
            onChange={(event) => change(index, { name: event.target.value })}
          />
          <Input.Password
            autoComplete="new-password"
            aria-label={`${t('settings.secretValue')} ${index + 1}`}
            value={part.value}
            onChange={(event) => change(index, { value: event.target.value })}
          />
          <Button
            aria-label={`${t('settings.dropField')} ${index + 1}`}
            disabled={parts.length === 1}
            onClick={() => onChange(parts.filter((_part, at) => at !== index))}
          >
            −
          </Button>
        </div>
      ))}
      <Button onClick={() => onChange([...parts, { name: '', value: '' }])}>{t('settings.addField')}</Button>
    </div>
  );
}
