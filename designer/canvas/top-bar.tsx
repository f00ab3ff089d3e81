import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useStore } from 'zustand';
import { Icon } from '../shared/icons.tsx';
import { useDesigner, useFlow, useUi } from './designer-context.ts';
import { documentValue } from './flow-store.ts';
import { Menu, type MenuEntry } from './menu.tsx';
import type { Saver } from './saving.ts';

/** Name, version, saved state, undo, problems, rehearse, submit; everything else in one menu. */
export function TopBar({ saver, onRehearse }: { readonly saver: Saver; readonly onRehearse: () => void }) {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const document = useFlow((state) => state.document);
  const canUndo = useFlow((state) => state.canUndo);
  const canRedo = useFlow((state) => state.canRedo);
  const text = (name: string) => {
    const value = documentValue(document, ['document', name]);
    return typeof value === 'string' ? value : '';
  };
  const name = text('title') === '' ? text('name') : text('title');
  return (
    <header className="d-bar">
      <Link className="tool" to="/flows" aria-label={t('flows.title')} title={t('flows.title')}>
        <Icon name="back" />
      </Link>
      <div className="d-title">
        <h1 title={name}>{name === '' ? t('canvas.nameNew') : name}</h1>
        <span className="mono quiet small">
          {text('version')} {t('canvas.bar.draft')}
        </span>
      </div>
      <SavedMark saver={saver} />
      <span className="d-sep" />
      <Tool
        icon="undo"
        label={t('canvas.bar.undo')}
        isDisabled={!canUndo}
        onClick={() => flow.getState().undo()}
      />
      <Tool
        icon="redo"
        label={t('canvas.bar.redo')}
        isDisabled={!canRedo}
        onClick={() => flow.getState().redo()}
      />
      <div className="grow" />
      <ProblemCount />
      <YamlSwitch />
      <RehearseSwitch onRehearse={onRehearse} />
      <Button type="primary" onClick={() => ui.getState().set({ overlay: 'submit' })}>
        {t('canvas.bar.submit')}
      </Button>
      <More flowName={text('name')} />
    </header>
  );
}

function RehearseSwitch({ onRehearse }: { readonly onRehearse: () => void }) {
  const { t } = useTranslation();
  const isRehearsal = useUi((state) => state.isRehearsal);
  return (
    <button type="button" className="tool" aria-pressed={isRehearsal} onClick={onRehearse}>
      <Icon name="mask" />
      {t('canvas.bar.rehearse')}
    </button>
  );
}

function SavedMark({ saver }: { readonly saver: Saver }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const word = useStore(saver.store, (state) => state.word);
  if (word === 'conflict')
    return (
      <button
        type="button"
        className="tool d-saved"
        data-state={word}
        onClick={() => ui.getState().set({ overlay: 'conflict' })}
      >
        <Icon name="warning" />
        {t('canvas.saved.conflict')}
      </button>
    );
  return (
    <span className="d-saved" data-state={word} role="status">
      <Icon name={word === 'saved' ? 'check' : word === 'saving' ? 'hourglass' : 'warning'} />
      {t(`canvas.saved.${word}`)}
    </span>
  );
}

function Tool({
  icon,
  label,
  isDisabled,
  onClick,
}: {
  readonly icon: Parameters<typeof Icon>[0]['name'];
  readonly label: string;
  readonly isDisabled: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="tool"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function ProblemCount() {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const problems = useFlow((state) => state.problems);
  const isOpen = useUi((state) => state.isProblems);
  const hasError = problems.some(({ severity }) => severity === 'error');
  return (
    <button
      type="button"
      className="tool d-problems"
      data-count={problems.length}
      data-only={hasError || problems.length === 0 ? 'errors' : 'warnings'}
      aria-pressed={isOpen}
      onClick={() => ui.getState().set({ isProblems: !isOpen })}
    >
      <Icon name={problems.length === 0 ? 'check' : 'warning'} />
      {t('canvas.bar.problems', { count: problems.length })}
    </button>
  );
}

function YamlSwitch() {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const isYaml = useUi((state) => state.isYaml);
  return (
    <button
      type="button"
      className="tool"
      aria-pressed={isYaml}
      onClick={() => ui.getState().set({ isYaml: !isYaml })}
    >
      <Icon name="code" />
      {t('canvas.bar.yaml')}
    </button>
  );
}

function More({ flowName }: { readonly flowName: string }) {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const hasStep = useUi((state) => state.selected.length > 0);
  const side = useUi((state) => state.side);
  const show = (part: Parameters<ReturnType<typeof ui.getState>['set']>[0]) => () => ui.getState().set(part);
  const entries: ReadonlyArray<MenuEntry | undefined> = [
    { label: t('canvas.bar.settings'), icon: 'settings', onChoose: show({ drawer: 'flow', selected: [] }) },
    {
      label: t('canvas.bar.outline'),
      icon: 'list',
      keys: 'O',
      onChoose: show({ side: side === 'outline' ? undefined : 'outline' }),
    },
    {
      label: t('canvas.palette.open'),
      icon: 'plus',
      onChoose: show({ side: side === 'palette' ? undefined : 'palette' }),
    },
    {
      label: t('canvas.tools.search'),
      icon: 'search',
      keys: 'Ctrl F',
      onChoose: show({ overlay: 'search' }),
    },
    undefined,
    { label: t('canvas.bar.versions'), icon: 'undo', onChoose: show({ overlay: 'history' }) },
    { label: t('canvas.bar.templates'), icon: 'flow', onChoose: show({ overlay: 'templates' }) },
    { label: t('canvas.bar.importYaml'), icon: 'file', onChoose: show({ overlay: 'import' }) },
    {
      label: t('canvas.bar.exportYaml'),
      icon: 'download',
      onChoose: () => download(`${flowName}.yaml`, flow.getState().text),
    },
    undefined,
    {
      label: t('canvas.bar.copyLink'),
      icon: 'copy',
      isDisabled: !hasStep,
      onChoose: () => {
        void navigator.clipboard?.writeText(location.href);
        ui.getState().set({ said: t('canvas.act.linkCopied') });
      },
    },
    { label: t('canvas.bar.shortcuts'), icon: 'keyboard', keys: '?', onChoose: show({ overlay: 'keys' }) },
  ];
  return (
    <Menu label={t('canvas.bar.more')} entries={entries}>
      <Icon name="more" />
    </Menu>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
