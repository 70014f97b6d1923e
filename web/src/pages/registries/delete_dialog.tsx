import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useState } from "react";

import { deleteRegistry } from "../../api/actions";
import { ApiError } from "../../api/client";
import type { RegistrySummary } from "../../api/types";
import { toast } from "../../parts/toasts";
import { say, sayWith } from "../../words/say";

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
      toast("success", say("registries.wasDeleted", { name }));
      onDeleted();
    } catch (caught) {
      setError(
        caught instanceof ApiError ? caught : new ApiError(0, "", say("parts.thatDidNotWork")),
      );
      setBusy(false);
    }
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="delete-title">
      <ModalHeader
        title={say("registries.deleteName", { name })}
        titleIconVariant="warning"
        labelId="delete-title"
      />
      <ModalBody>
        <div className="stack">
          {error && (
            <Alert isInline variant="danger" title={error.message}>
              {error.hint}
            </Alert>
          )}
          <p>
            {sayWith("registries.deleteMeans", {
              endpoint: <code className="breakable">{registry.spec.endpoint}</code>,
            })}
          </p>
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" onClick={() => void remove()} isLoading={busy} isDisabled={busy}>
          {say("parts.delete")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {say("parts.cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
