// What can be done with one registry.
import { DropdownItem } from "@patternfly/react-core";
import EllipsisVIcon from "@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon";
import { useState } from "react";
import { useNavigate } from "react-router-dom";

import { syncRegistry } from "../../api/actions";
import { asApiError } from "../../api/client";
import { mayDo } from "../../api/session";
import type { RegistrySummary } from "../../api/types";
import { Menu } from "../../parts/menu";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";
import { DeleteDialog } from "./delete_dialog";

interface Props {
  registry: RegistrySummary;
  showSteps: () => void;
  afterDelete?: () => void;
}

export async function startSync(registry: RegistrySummary) {
  try {
    await syncRegistry(registry.spec.registryType, registry.metadata.uid);
  } catch (error) {
    toast(
      "danger",
      say("registries.notSyncing", { name: registry.metadata.name }),
      asApiError(error).message,
    );
  }
}

export function RegistryActions({ registry, showSteps, afterDelete }: Props) {
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const { name, uid } = registry.metadata;
  return (
    <>
      <Menu
        toggle={{
          variant: "plain",
          "aria-label": say("registries.actionsFor", { name }),
          icon: <EllipsisVIcon />,
        }}
      >
        {registry.status.sync?.isSyncSupported && (
          <DropdownItem isDisabled={!mayDo("use")} onClick={() => void startSync(registry)}>
            {say("parts.sync")}
          </DropdownItem>
        )}
        <DropdownItem isDisabled={!mayDo("use") && !registry.status.validation} onClick={showSteps}>
          {say("registries.validate")}
        </DropdownItem>
        <DropdownItem
          isDisabled={!mayDo("manage")}
          onClick={() => navigate(`/registries/${uid}/edit`)}
        >
          {say("registries.edit")}
        </DropdownItem>
        <DropdownItem isDisabled={!mayDo("manage")} isDanger onClick={() => setDeleting(true)}>
          {say("parts.delete")}
        </DropdownItem>
      </Menu>
      {deleting && (
        <DeleteDialog
          registry={registry}
          onClose={() => setDeleting(false)}
          onDeleted={() => {
            setDeleting(false);
            afterDelete?.();
          }}
        />
      )}
    </>
  );
}
