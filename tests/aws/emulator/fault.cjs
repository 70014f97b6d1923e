// Fault: a refusal with AWS's own type and status, written in the shape of the service asked.
"use strict";

class Fault extends Error {
  constructor(status, type, message) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** STS names some faults otherwise than the JSON services do. */
const XML_NAMES = {
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
  ExpiredTokenException: "ExpiredToken",
  AccessDeniedException: "AccessDenied",
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  ThrottlingException: "Throttling",
};

const escaped = (text) =>
  String(text).replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

function xmlFault(fault, requestId) {
  const code = XML_NAMES[fault.type] || fault.type;
  // STS answers with 403 where the JSON services answer with 400.
  const status = ["AccessDenied", "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken",
    "MissingAuthenticationToken"].includes(code) ? 403 : fault.status;
  return {
    status, type: "text/xml",
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>`
      + `<Code>${code}</Code><Message>${escaped(fault.message)}</Message></Error>`
      + `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

function jsonFault(fault) {
  return { status: fault.status, type: "application/x-amz-json-1.1",
    body: JSON.stringify({ __type: fault.type, message: fault.message }) };
}

module.exports = { Fault, xmlFault, jsonFault, escaped };
