import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { Device, DeviceDetail, PortSample, ProbeAnswer } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { Facts, Loading, Note, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import type { StateName } from '../theme.ts';
import { DeviceDrawer } from './device-form.tsx';

const LINK_STATES: Readonly<Record<PortSample['link'], StateName>> = {
  up: 'done',
  down: 'skipped',
  'admin-down': 'cancelled',
  'err-disabled': 'failed',
  'no-optics': 'late',
  unknown: 'unknown',
};

/** A device: facts, login test, and the samples of the last trading days, port by day. */
export function DeviceView() {
  const { name = '' } = useParams();
  const { t } = useTranslation();
  const mayTest = useMay('device.test');
  const mayManage = useMay('device.manage');
  const [isEditing, setEditing] = useState(false);
  const device = useQuery(queries.device(name));
  const test = useMutation({ mutationFn: () => api.testDevice(name) });
  if (device.error !== null)
    return <ProblemNote error={device.error} onAgain={() => void device.refetch()} />;
  if (device.data === undefined) return <Loading rows={10} />;
  return (
    <>
      <PageHead
        title={name}
        back={{ to: '/devices', page: t('devices.title') }}
        actions={
          <>
            {mayTest ? (
              <Button loading={test.isPending} onClick={() => test.mutate()}>
                {t('devices.test')}
              </Button>
            ) : null}
            {mayManage ? <Button onClick={() => setEditing(true)}>{t('devices.edit')}</Button> : null}
          </>
        }
      />
      {test.error === null ? null : <ProblemNote error={test.error} />}
      {test.data === undefined ? null : <Probe answer={test.data} />}
      <DeviceFacts device={device.data} />
      <Samples samples={device.data.samples} />
      <DeviceDrawer isOpen={isEditing} onClose={() => setEditing(false)} known={device.data} />
    </>
  );
}

function Probe({ answer }: { readonly answer: ProbeAnswer }) {
  const { t } = useTranslation();
  return (
    <Note icon={answer.ok ? 'check' : 'cross'} tone={answer.ok ? 'good' : 'problem'}>
      <p>
        {answer.ok
          ? t('devices.testOk', { count: answer.ports })
          : t('devices.testFailed', {
              stage: t(`devices.stage.${answer.stage}`),
              error: answer.error ?? '',
            })}
      </p>
      {answer.seenFingerprint === null ? null : (
        <p className="small mono">{`${t('devices.seen')} ${answer.seenFingerprint}`}</p>
      )}
    </Note>
  );
}

function DeviceFacts({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const mono = (text: string) => (
    <span key={text} className="mono">
      {text}
    </span>
  );
  const { hostKeySha256, hostKeyType, protectedPorts } = device;
  const attributes = Object.entries(device.attributes).map(([name, value]) => `${name}=${String(value)}`);
  return (
    <Facts
      rows={[
        [t('devices.platform'), t(`devices.platformName.${device.platform}`)],
        [t('devices.address'), mono(`${device.host}:${device.port}`)],
        [t('devices.zone'), device.zone],
        [t('devices.credential'), mono(device.credentialRef)],
        [
          t('devices.hostKey'),
          mono(
            hostKeySha256 === null ? t('devices.notPinned') : `${hostKeyType ?? ''} ${hostKeySha256}`.trim(),
          ),
        ],
        [t('devices.profile'), t(`devices.profileName.${device.sshProfile}`)],
        [
          t('devices.protectedPorts'),
          mono(protectedPorts.length === 0 ? t('common.none') : protectedPorts.join(' · ')),
        ],
        ...(attributes.length === 0
          ? []
          : [[t('devices.attributes'), mono(attributes.join(' · '))] as const]),
      ]}
    />
  );
}

function Samples({ samples }: { readonly samples: DeviceDetail['samples'] }) {
  const { t } = useTranslation();
  const days = [...new Set(samples.map((sample) => sample.tradingDay))].sort((left, right) =>
    left < right ? -1 : 1,
  );
  const ports = [...new Set(samples.map((sample) => sample.port))].sort((left, right) =>
    left.localeCompare(right, 'en', { numeric: true }),
  );
  const at = new Map(samples.map((sample) => [`${sample.port} ${sample.tradingDay}`, sample]));
  return (
    <Section title={t('devices.samples')}>
      {samples.length === 0 ? (
        <p className="quiet">{t('devices.noSamples')}</p>
      ) : (
        <div className="table-frame">
          <table className="table" aria-label={t('devices.samples')}>
            <thead>
              <tr>
                <th>{t('devices.port')}</th>
                {days.map((day) => (
                  <th key={day} className="mono">
                    {day}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ports.map((port) => (
                <tr key={port}>
                  <td data-mono="true">{port}</td>
                  {days.map((day) => (
                    <td key={day}>
                      <Sample sample={at.get(`${port} ${day}`)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function Sample({ sample }: { readonly sample: PortSample | undefined }) {
  const { t } = useTranslation();
  if (sample === undefined) return <span className="quiet">{t('common.none')}</span>;
  return (
    <>
      <State name={LINK_STATES[sample.link]} word={t(`devices.link.${sample.link}`)} />{' '}
      {sample.source === 'seed' ? <span className="small quiet">{t('devices.seedNote')}</span> : null}
    </>
  );
}
