import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input, InputNumber, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ROLES } from '../../domain/access/permissions.ts';
import { api } from '../api/client.ts';
import type { NewToken, Token } from '../api/types.ts';
import { Note, ProblemNote } from '../shared/parts.tsx';

const MAX_DECIDING_HOURS = 8;
const MAX_HOURS = 87_600;

/** Makes a token of one kind and shows it once; closing the drawer forgets it. */
export function TokenDrawer({
  kind,
  onClose,
}: {
  readonly kind: Token['kind'] | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const title = kind === 'deciding' ? t('settings.makeDeciding') : t('settings.makeService');
  return (
    <Drawer open={kind !== undefined} onClose={onClose} size={420} destroyOnHidden title={title}>
      {kind === undefined ? null : <TokenForm kind={kind} />}
    </Drawer>
  );
}

function TokenForm({ kind }: { readonly kind: Token['kind'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isDeciding = kind === 'deciding';
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<string[]>(['integration']);
  const [hours, setHours] = useState<number | null>(isDeciding ? MAX_DECIDING_HOURS : null);
  const [missing, setMissing] = useState('');
  const make = useMutation({
    mutationFn: () =>
      api.makeToken({
        name: name.trim(),
        kind,
        ...(isDeciding ? {} : { roles }),
        ...(hours === null ? {} : { expiresInHours: hours }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const isEmpty = name.trim() === '';
    setMissing(isEmpty ? t('settings.required', { field: t('settings.tokenName') }) : '');
    if (!isEmpty) make.mutate();
  };
  if (make.data !== undefined) return <Once made={make.data} />;
  return (
    <form onSubmit={onSubmit} noValidate>
      <p className="quiet">{isDeciding ? t('settings.decidingText') : t('settings.serviceText')}</p>
      <div className="field">
        <label htmlFor="token-name">{t('settings.tokenName')}</label>
        <Input
          id="token-name"
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <span className="field-error" role="alert">
          {missing}
        </span>
      </div>
      {isDeciding ? null : (
        <div className="field">
          <label htmlFor="token-roles">{t('settings.roles')}</label>
          <Select
            id="token-roles"
            mode="multiple"
            value={roles}
            onChange={setRoles}
            options={ROLES.map((role) => ({ value: role, label: role }))}
          />
        </div>
      )}
      <div className="field">
        <label htmlFor="token-hours">{t('settings.hours')}</label>
        <InputNumber
          id="token-hours"
          min={1}
          max={isDeciding ? MAX_DECIDING_HOURS : MAX_HOURS}
          value={hours}
          onChange={setHours}
        />
        <span className="small quiet">
          {isDeciding ? t('settings.hoursDeciding') : t('settings.hoursHelp')}
        </span>
      </div>
      {make.error === null ? null : <ProblemNote error={make.error} />}
      <Button type="primary" htmlType="submit" loading={make.isPending}>
        {t('settings.make')}
      </Button>
    </form>
  );
}

/** The token, this one time. */
function Once({ made }: { readonly made: NewToken }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard?.writeText(made.token).then(() => setCopied(true));
  };
  return (
    <>
      <Note icon="lock" tone="good">
        <p>{t('settings.made', { name: made.name })}</p>
        <p className="mono token">{made.token}</p>
      </Note>
      <Button type="primary" onClick={copy}>
        {isCopied ? t('settings.copied') : t('settings.copyToken')}
      </Button>
    </>
  );
}
