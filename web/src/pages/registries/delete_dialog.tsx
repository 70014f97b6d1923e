import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useState } from "react";

import { deleteRegistry } from "../../api/actions";
import { ApiError } from "../../api/client";
import type { RegistrySummary } from "../../api/types";
import { toast } from "../../parts/toasts";

interface Props {
  registry: RegistrySummary;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteDialog({ registry, onClose, onDeleted }: Props) {
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const { name, uid } = registry.metadata;
  const remove = async () => {
    setBusy(true);
    try {
      await deleteRegistry(registry.spec.registryType, uid);
      toast("success", `${name} was deleted`);
      onDeleted();
    } catch (caught) {
      setError(caught instanceof ApiError ? caught : new ApiError(0, "", "That did not work."));
      setBusy(false);
    }
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="delete-title">
      <ModalHeader title={`Delete ${name}?`} titleIconVariant="warning" labelId="delete-title" />
      <ModalBody>
        <div className="stack">
          {error && (
            <Alert isInline variant="danger" title={error.message}>
              {error.hint}
            </Alert>
          )}
          <p>
            Its entry here, its stored credentials and what Berth knows of its content are removed.
            Nothing changes in the registry itself at{" "}
            <code className="breakable">{registry.spec.endpoint}</code>.
          </p>
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" onClick={() => void remove()} isLoading={busy} isDisabled={busy}>
          Delete
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
