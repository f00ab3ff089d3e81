// Loaded by path, also inside the workflow sandbox, where only CommonJS without a build step is certain to load.
const { DefaultFailureConverter } = require('@temporalio/common');

/** Puts message and stack trace of failures through the payload codec instead of leaving them in clear. */
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
