import { deleteRegistry } from "../../api/actions";
import type { RegistrySummary } from "../../api/types";
import { FormDialog } from "../../parts/form_dialog";
import { toast } from "../../parts/toasts";
import { say, sayWith } from "../../words/say";

interface Props {
  registry: RegistrySummary;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteDialog({ registry, onClose, onDeleted }: Props) {
  const { name, uid } = registry.metadata;
  return (
    <FormDialog
      id="delete"
      title={say("registries.deleteName", { name })}
      action={say("parts.delete")}
      danger
      onSubmit={async () => {
        await deleteRegistry(registry.spec.registryType, uid);
        toast("success", say("registries.wasDeleted", { name }));
        onDeleted();
      }}
      onClose={onClose}
    >
      <p>
        {sayWith("registries.deleteMeans", {
          endpoint: <code className="breakable">{registry.spec.endpoint}</code>,
        })}
      </p>
    </FormDialog>
  );
}
