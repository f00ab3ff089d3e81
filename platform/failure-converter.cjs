'use strict';
// CommonJS, because the Temporal SDK loads this file by path with `require`, in workers, clients and the workflow bundle alike.
const { DefaultFailureConverter } = require('@temporalio/common');

/** Messages and stack traces of failures go through the payload codec: by default they would stay in clear in the history. */
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
