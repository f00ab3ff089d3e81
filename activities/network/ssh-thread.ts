import { parentPort } from 'node:worker_threads';
import { errorText, SshError } from './ssh/ssh-error.ts';
import { SshSession } from './ssh/session.ts';
import type { SshAnswer, SshRequest, SshResults } from './ssh-rpc.ts';

// One SSH thread: holds sessions by number and answers requests. Key exchange blocks this thread, not the worker's loop.
const sessions = new Map<number, SshSession>();

function sessionOf(sessionId: number): SshSession {
  const session = sessions.get(sessionId);
  if (!session) throw new SshError('session-unusable', 'the session is closed');
  return session;
}

async function answer(request: SshRequest): Promise<SshResults[keyof SshResults]> {
  if (request.kind === 'open') {
    const session = await SshSession.open(request.target, request.credential, request.limits);
    sessions.set(request.sessionId, session);
    return session.facts;
  }
  if (request.kind === 'run') return sessionOf(request.sessionId).run(request.line, request.options);
  if (request.kind === 'exec') return sessionOf(request.sessionId).exec(request.command, request.timeoutMs);
  const session = sessions.get(request.sessionId);
  sessions.delete(request.sessionId);
  if (request.kind === 'close') session?.close();
  else session?.destroy();
  return null;
}

async function serve(callId: number, request: SshRequest): Promise<void> {
  let reply: SshAnswer;
  try {
    reply = { callId, ok: true, result: await answer(request) };
  } catch (error) {
    const failure = error instanceof SshError ? error : new SshError('connection-lost', errorText(error));
    reply = {
      callId,
      ok: false,
      error: {
        code: failure.code,
        message: failure.message,
        received: failure.received,
        ...(failure.seenFingerprint === undefined ? {} : { seenFingerprint: failure.seenFingerprint }),
      },
    };
  }
  parentPort?.postMessage(reply);
}

parentPort?.on('message', (message: { callId: number; request: SshRequest }) => {
  void serve(message.callId, message.request);
});
