import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { Token } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, ProblemNote } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { wallTime } from '../shared/time.ts';
import { SettingsHead } from './settings-head.tsx';
import { TokenDrawer } from './token-drawer.tsx';

/** Tokens that are not revoked: all of them for whoever manages tokens, else one's own. A token itself is never listed. */
export function TokenList() {
  const { t } = useTranslation();
  const mayManage = useMay('token.manage');
  const mayDecide = useMay('approval.decide');
  const [making, setMaking] = useState<Token['kind']>();
  const [revoking, setRevoking] = useState<Token>();
  const tokens = useQuery(queries.tokens());
  const columns = useColumns(setRevoking);
  return (
    <>
      <SettingsHead />
      <div className="line actions">
        {mayManage ? (
          <Button type="primary" onClick={() => setMaking('service')}>
            {t('settings.makeService')}
          </Button>
        ) : null}
        {mayDecide ? (
          <Button onClick={() => setMaking('deciding')}>{t('settings.makeDeciding')}</Button>
        ) : null}
      </div>
      {tokens.error !== null ? (
        <ProblemNote error={tokens.error} onAgain={() => void tokens.refetch()} />
      ) : tokens.data === undefined ? (
        <Loading />
      ) : tokens.data.items.length === 0 ? (
        <Empty icon="lock" title={t('settings.noTokens')} text={t('settings.noTokensText')} />
      ) : (
        <Table
          label={t('settings.tokens')}
          columns={columns}
          rows={tokens.data.items}
          rowKey={(token) => token.tokenId}
        />
      )}
      <TokenDrawer kind={making} onClose={() => setMaking(undefined)} />
      {revoking === undefined ? null : <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

function useColumns(onRevoke: (token: Token) => void): Array<Column<Token>> {
  const { t } = useTranslation();
  const nowMs = useNow();
  const expires = ({ expiresAt }: Token) => {
    if (expiresAt === null) return t('settings.never');
    const atMs = Date.parse(expiresAt);
    return atMs > nowMs ? wallTime(atMs, nowMs) : <State name="cancelled" word={t('settings.expired')} />;
  };
  return [
    { key: 'name', title: t('settings.tokenName'), cell: ({ name }) => name, mono: true, grows: true },
    { key: 'kind', title: t('settings.tokenKind'), cell: ({ kind }) => t(`settings.kind.${kind}`) },
    {
      key: 'owner',
      title: t('settings.owner'),
      cell: ({ personId }) => personId ?? t('common.none'),
      narrow: false,
    },
    { key: 'roles', title: t('settings.roles'), cell: ({ roles }) => roles.join(' · '), narrow: false },
    {
      key: 'created',
      title: t('settings.created'),
      cell: ({ createdAt }) => wallTime(Date.parse(createdAt), nowMs),
      mono: true,
      narrow: false,
    },
    { key: 'expires', title: t('settings.expires'), cell: expires, mono: true, narrow: false },
    {
      key: 'actions',
      title: t('settings.tokenActions'),
      cell: (token) => (
        <Button
          size="small"
          onClick={() => onRevoke(token)}
          aria-label={`${t('settings.revoke')} ${token.name}`}
        >
          {t('settings.revoke')}
        </Button>
      ),
    },
  ];
}

function Revoke({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.revokeToken(token.tokenId),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['tokens'] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('settings.revokeIt')}
      onCancel={onClose}
      onOk={() => revoke.mutate()}
      okText={t('settings.revokeIt')}
      cancelText={t('settings.keep')}
      confirmLoading={revoke.isPending}
    >
      <p>{t('settings.revokeAsk', { name: token.name })}</p>
      {revoke.error === null ? null : <ProblemNote error={revoke.error} />}
    </Modal>
  );
}
