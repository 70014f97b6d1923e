// TLS beyond the usual: own authorities, client certificates, and what is dangerous.
import {
  Alert,
  Button,
  ExpandableSection,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Switch,
} from "@patternfly/react-core";
import { useRef, useState } from "react";

import { AreaField, Field } from "../../parts/field";
import { readCertificates } from "./certificate";
import { idOf, type PartProps } from "./parts";
import { SecretField } from "./secret_field";

function CertificateWords({ pem }: { pem: string }) {
  const read = pem ? readCertificates(pem) : [];
  if (typeof read === "string") return null;
  return (
    <>
      {read.map((certificate, index) => (
        <span key={index} className="breakable">
          {certificate.subject},{" "}
          {certificate.notAfter.getTime() < Date.now() ? "expired on" : "until"}{" "}
          {certificate.notAfter.toLocaleDateString()}
          {index + 1 < read.length && " · "}
        </span>
      ))}
    </>
  );
}

function UploadButton({ what, onText }: { what: string; onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={`Upload ${what}`}
        accept=".pem,.crt,.cer,.key,text/plain"
        onChange={async (event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file && file.size < 1_000_000) onText(await file.text());
        }}
      />
      <Button variant="link" isInline onClick={() => input.current?.click()}>
        Upload file
      </Button>
    </>
  );
}

export function usesPlainHttp(endpoint: string) {
  return endpoint.trim().toLowerCase().startsWith("http://");
}
export function withPlainHttp(endpoint: string, plain: boolean) {
  const rest = endpoint.trim().replace(/^[a-z]+:\/\//i, "");
  return plain ? `http://${rest}` : `https://${rest}`;
}

function PlainHttp({ draft, change }: PartProps) {
  return (
    <Field
      id="plain-http"
      label="Plain HTTP"
      help="Passwords and content travel unprotected. Only for registries that have no TLS."
    >
      <Switch
        id="plain-http"
        label="Use http://"
        isChecked={usesPlainHttp(draft.endpoint)}
        onChange={(_, plain) => change({ endpoint: withPlainHttp(draft.endpoint, plain) })}
      />
    </Field>
  );
}

function SkipVerify({ draft, change }: PartProps) {
  const [asking, setAsking] = useState(false);
  return (
    <Field id={idOf("skipVerify")} label="Certificate check">
      <Switch
        id={idOf("skipVerify")}
        label="Skip TLS verify"
        isChecked={draft.skipVerify}
        onChange={(_, skip) => (skip ? setAsking(true) : change({ skipVerify: false }))}
      />
      {draft.skipVerify && (
        <Alert
          isInline
          isPlain
          variant="warning"
          title="Any server can pass itself off as this registry."
        />
      )}
      <Modal
        variant="small"
        isOpen={asking}
        onClose={() => setAsking(false)}
        aria-labelledby="skip-title"
      >
        <ModalHeader
          title="Skip the check of the certificate?"
          titleIconVariant="warning"
          labelId="skip-title"
        />
        <ModalBody>
          Whoever can get between Berth and this registry could read the password and change what is
          pulled. If the registry has a private authority, upload its certificate instead.
        </ModalBody>
        <ModalFooter>
          <Button
            variant="danger"
            onClick={() => {
              change({ skipVerify: true });
              setAsking(false);
            }}
          >
            Skip it
          </Button>
          <Button variant="link" onClick={() => setAsking(false)}>
            Keep checking
          </Button>
        </ModalFooter>
      </Modal>
    </Field>
  );
}

export function TlsFields(props: PartProps) {
  const { draft, errors, stored, change } = props;
  const used =
    draft.ca || draft.clientCertificate || draft.skipVerify || usesPlainHttp(draft.endpoint);
  const wrong = errors.ca || errors.clientCertificate || errors.clientKey;
  const [open, setOpen] = useState(Boolean(used));
  return (
    <ExpandableSection
      toggleContent="Advanced: certificates and plain HTTP"
      isExpanded={open || Boolean(wrong)}
      onToggle={(_, next) => setOpen(next)}
      isIndented
    >
      <div className="stack">
        <AreaField
          id={idOf("ca")}
          label="CA certificate"
          value={draft.ca}
          error={errors.ca}
          placeholder="-----BEGIN CERTIFICATE-----"
          help={
            draft.ca ? (
              <CertificateWords pem={draft.ca} />
            ) : (
              "PEM. For a private authority, or a server that signs itself."
            )
          }
          aside={<UploadButton what="CA certificate" onText={(ca) => change({ ca })} />}
          onChange={(ca) => change({ ca })}
        />
        <AreaField
          id={idOf("clientCertificate")}
          label="Client certificate"
          value={draft.clientCertificate}
          error={errors.clientCertificate}
          help={
            draft.clientCertificate ? (
              <CertificateWords pem={draft.clientCertificate} />
            ) : (
              "PEM. Only if the registry asks its clients for one."
            )
          }
          aside={
            <UploadButton
              what="client certificate"
              onText={(text) => change({ clientCertificate: text })}
            />
          }
          onChange={(clientCertificate) => change({ clientCertificate })}
        />
        {draft.clientCertificate && (
          <SecretField
            id={idOf("clientKey")}
            label="Private key of the client certificate"
            lines
            value={draft.clientKey}
            error={errors.clientKey}
            stored={stored.clientKey}
            onChange={(clientKey) => change({ clientKey })}
          />
        )}
        <SkipVerify {...props} />
        <PlainHttp {...props} />
      </div>
    </ExpandableSection>
  );
}
