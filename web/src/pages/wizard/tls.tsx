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
import { day } from "../../parts/format";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";
import { readCertificates, type CertificateFacts } from "./certificate";
import { idOf, type PartProps } from "./parts";
import { SecretField } from "./secret_field";

function wordsOf({ subject, notAfter }: CertificateFacts) {
  const facts = { subject, day: day(notAfter) };
  return notAfter.getTime() < Date.now()
    ? say("wizard.certificateExpired", facts)
    : say("wizard.certificateUntil", facts);
}

function CertificateWords({ pem }: { pem: string }) {
  const read = pem ? readCertificates(pem) : [];
  if (typeof read === "string") return null;
  return (
    <>
      {read.map((certificate, index) => (
        <span key={index} className="breakable">
          {wordsOf(certificate)}
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
        aria-label={say("wizard.upload", { what })}
        accept=".pem,.crt,.cer,.key,text/plain"
        onChange={async (event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (!file) return;
          if (file.size < 1_000_000) onText(await file.text());
          else
            toast("danger", say("wizard.tooLarge", { name: file.name }), say("wizard.pemIsSmall"));
        }}
      />
      <Button variant="link" isInline onClick={() => input.current?.click()}>
        {say("wizard.uploadFile")}
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
    <Field id="plain-http" label={say("wizard.plainHttp")} help={say("wizard.plainHttpHelp")}>
      <Switch
        id="plain-http"
        label={say("wizard.useHttp")}
        isChecked={usesPlainHttp(draft.endpoint)}
        onChange={(_, plain) => change({ endpoint: withPlainHttp(draft.endpoint, plain) })}
      />
    </Field>
  );
}

function SkipVerify({ draft, change }: PartProps) {
  const [asking, setAsking] = useState(false);
  return (
    <Field id={idOf("skipVerify")} label={say("wizard.certificateCheck")}>
      <Switch
        id={idOf("skipVerify")}
        label={say("wizard.skipVerify")}
        isChecked={draft.skipVerify}
        onChange={(_, skip) => (skip ? setAsking(true) : change({ skipVerify: false }))}
      />
      {draft.skipVerify && (
        <Alert isInline isPlain variant="warning" title={say("wizard.anyServer")} />
      )}
      <Modal
        variant="small"
        isOpen={asking}
        onClose={() => setAsking(false)}
        aria-labelledby="skip-title"
      >
        <ModalHeader
          title={say("wizard.skipTheCheck")}
          titleIconVariant="warning"
          labelId="skip-title"
        />
        <ModalBody>{say("wizard.skipMeans")}</ModalBody>
        <ModalFooter>
          <Button
            variant="danger"
            onClick={() => {
              change({ skipVerify: true });
              setAsking(false);
            }}
          >
            {say("wizard.skipIt")}
          </Button>
          <Button variant="link" onClick={() => setAsking(false)}>
            {say("wizard.keepChecking")}
          </Button>
        </ModalFooter>
      </Modal>
    </Field>
  );
}

function Authority({ draft, errors, change, help }: PartProps & { help: string }) {
  return (
    <AreaField
      id={idOf("ca")}
      label={say("wizard.caCertificate")}
      value={draft.ca}
      error={errors.ca}
      placeholder="-----BEGIN CERTIFICATE-----"
      help={draft.ca ? <CertificateWords pem={draft.ca} /> : help}
      aside={
        <UploadButton what={say("wizard.caCertificate")} onText={(ca) => change({ ca })} />
      }
      onChange={(ca) => change({ ca })}
    />
  );
}

/** AWS's certificates everybody knows; some networks look into the traffic by one of their own. */
export function AuthorityOfNetwork(props: PartProps) {
  const { draft, errors } = props;
  const [open, setOpen] = useState(Boolean(draft.ca || draft.skipVerify));
  return (
    <ExpandableSection
      toggleContent={say("wizard.advancedEcr")}
      isExpanded={open || Boolean(errors.ca)}
      onToggle={(_, next) => setOpen(next)}
      isIndented
    >
      <div className="stack">
        <Authority {...props} help={say("wizard.caHelpEcr")} />
        <SkipVerify {...props} />
      </div>
    </ExpandableSection>
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
      toggleContent={say("wizard.advanced")}
      isExpanded={open || Boolean(wrong)}
      onToggle={(_, next) => setOpen(next)}
      isIndented
    >
      <div className="stack">
        <Authority {...props} help={say("wizard.caHelp")} />
        <AreaField
          id={idOf("clientCertificate")}
          label={say("wizard.clientCertificate")}
          value={draft.clientCertificate}
          error={errors.clientCertificate}
          help={
            draft.clientCertificate ? (
              <CertificateWords pem={draft.clientCertificate} />
            ) : (
              say("wizard.clientCertificateHelp")
            )
          }
          aside={
            <UploadButton
              what={say("wizard.clientCertificate")}
              onText={(text) => change({ clientCertificate: text })}
            />
          }
          onChange={(clientCertificate) =>
            change({ clientCertificate, ...(clientCertificate ? {} : { clientKey: "" }) })
          }
        />
        {draft.clientCertificate && (
          <SecretField
            id={idOf("clientKey")}
            label={say("wizard.clientKey")}
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
