import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import { queries, rowsOf } from '../api/queries.ts';

interface Found {
  readonly kind: 'page' | 'run' | 'flow' | 'device';
  readonly text: string;
  readonly to: string;
}

const SHOWN = 12;

/** Finds pages, flows, devices, and runs by their business key. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal title={t('palette.title')} open footer={null} onCancel={onClose}>
      <Search onDone={onClose} />
    </Modal>
  );
}

function Search({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const found = useFound(text.trim());
  const open = (to: string) => {
    onDone();
    void navigate(to);
  };
  const first = found[0];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (first !== undefined) open(first.to);
      }}
    >
      <Input
        autoFocus
        placeholder={t('palette.placeholder')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="found">
        {found.map((entry) => (
          <button
            key={`${entry.kind} ${entry.to}`}
            type="button"
            className="found-row"
            onClick={() => open(entry.to)}
          >
            <span className="quiet">{t(`palette.kind.${entry.kind}`)}</span>
            <span>{entry.text}</span>
          </button>
        ))}
        {found.length === 0 ? <p className="quiet">{t('palette.nothing')}</p> : null}
      </div>
    </form>
  );
}

function useFound(text: string): Found[] {
  const { t } = useTranslation();
  const flows = useInfiniteQuery(queries.flows());
  const devices = useInfiniteQuery(queries.devices());
  const runs = useQuery({
    queryKey: ['runs', 'palette', text],
    queryFn: () => api.runs({ businessKey: text }),
    enabled: text !== '',
  });
  const pages = (
    ['today', 'inbox', 'flows', 'triggers', 'breaks', 'incidents', 'runs', 'network', 'settings'] as const
  ).map(
    (key): Found => ({ kind: 'page', text: t(`nav.${key}`), to: key === 'network' ? '/devices' : `/${key}` }),
  );
  const all: Found[] = [
    ...(runs.data?.items ?? []).map(
      (run): Found => ({ kind: 'run', text: run.businessKey, to: `/runs/${run.runId}` }),
    ),
    ...pages,
    ...(flows.data === undefined ? [] : rowsOf(flows.data)).map(
      (flow): Found => ({
        kind: 'flow',
        text: `${flow.title} ${flow.flowName}`,
        to: `/flows/${flow.flowName}`,
      }),
    ),
    ...(devices.data === undefined ? [] : rowsOf(devices.data)).map(
      (device): Found => ({ kind: 'device', text: device.name, to: `/devices/${device.name}` }),
    ),
  ];
  return all
    .filter((entry) => entry.kind === 'run' || entry.text.toLowerCase().includes(text.toLowerCase()))
    .slice(0, SHOWN);
}

const KEYS = [
  ['j k ↑ ↓', 'move'],
  ['Enter', 'open'],
  ['Ctrl K', 'palette'],
  ['?', 'sheet'],
  ['Esc', 'back'],
] as const;

/** The keys that work everywhere. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal title={t('keys.title')} open footer={null} onCancel={onClose}>
      <dl className="facts">
        {KEYS.map(([keys, name]) => (
          <div key={name}>
            <dt className="mono">{keys}</dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
