// A dialog with a form in it: what is wrong stands in it, and it closes when it is done.
import {
  Alert,
  Button,
  Form,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from "@patternfly/react-core";
import { useState, type ReactNode } from "react";

import { asApiError, type ApiError } from "../api/client";
import { say } from "../words/say";

interface Props {
  id: string;
  title: string;
  action: string;
  danger?: boolean;
  disabled?: boolean;
  onSubmit: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog(props: Props) {
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await props.onSubmit();
    } catch (caught) {
      setError(asApiError(caught));
    } finally {
      setBusy(false);
    }
  };
  const form = `${props.id}-form`;
  return (
    <Modal variant="small" isOpen onClose={props.onClose} aria-labelledby={`${props.id}-title`}>
      <ModalHeader
        title={props.title}
        labelId={`${props.id}-title`}
        {...(props.danger ? { titleIconVariant: "warning" as const } : {})}
      />
      <ModalBody>
        <Form
          id={form}
          onSubmit={(event) => {
            event.preventDefault();
            if (!props.disabled && !busy) void submit();
          }}
        >
          {error && (
            <Alert isInline variant="danger" title={error.message}>
              {error.hint}
            </Alert>
          )}
          {props.children}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form={form}
          variant={props.danger ? "danger" : "primary"}
          isLoading={busy}
          isDisabled={busy || (props.disabled ?? false)}
        >
          {props.action}
        </Button>
        <Button variant="link" onClick={props.onClose}>
          {say("parts.cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
