import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Loading, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { wallTime } from '../shared/time.ts';

/** Whether flows may run scripts and shell commands; an administrator turns it. */
export function ScriptSetting() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const mayTurn = useMay('setting.manage');
  const { data, error, refetch } = useQuery(queries.scriptSwitch());
  if (error !== null) return <ProblemNote error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Loading rows={1} />;
  const { isOn, changedBy, changedAt } = data;
  return (
    <Section title={t('settings.scripts')}>
      <div className="line">
        <State
          name={isOn ? 'done' : 'paused'}
          word={t(isOn ? 'settings.scriptsOn' : 'settings.scriptsOff')}
        />
        {changedBy === null || changedAt === null ? null : (
          <span className="quiet">
            {t('settings.scriptsBy', {
              by: actorText(changedBy),
              at: wallTime(Date.parse(changedAt), nowMs),
            })}
          </span>
        )}
        {mayTurn ? <Turn isOn={isOn} /> : null}
      </div>
      <p className="quiet">{t('settings.scriptsText')}</p>
    </Section>
  );
}

function Turn({ isOn }: { readonly isOn: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const turn = useMutation({
    mutationFn: () => api.switchScripts(!isOn),
    onSettled: () => client.invalidateQueries({ queryKey: ['script-switch'] }),
  });
  const word = t(isOn ? 'settings.scriptsTurnOff' : 'settings.scriptsTurnOn');
  return (
    <>
      <Popconfirm
        title={t(isOn ? 'settings.scriptsOffAsk' : 'settings.scriptsOnAsk')}
        okText={word}
        onConfirm={() => turn.mutate()}
      >
        <Button danger={!isOn} loading={turn.isPending}>
          {word}
        </Button>
      </Popconfirm>
      {turn.error === null ? null : <ProblemNote error={turn.error} />}
    </>
  );
}
