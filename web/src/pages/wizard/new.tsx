import { useNavigate } from "react-router-dom";

import { createRegistry, validateRegistry } from "../../api/actions";
import { Page } from "../../parts/page";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";
import { emptyDraft } from "./draft";
import { Wizard } from "./wizard";

export function NewRegistry() {
  const navigate = useNavigate();
  return (
    <Page
      title={say("registries.addNew")}
      crumbs={[
        { text: say("parts.tenantSettings") },
        { text: say("parts.registries"), to: "/registries" },
      ]}
    >
      <Wizard
        initial={{ ...emptyDraft, sync: true }}
        save={async (registry) => {
          const uid = await createRegistry(registry);
          toast("success", say("wizard.isRegistered", { name: registry.name }));
          navigate("/registries");
          // So that the list shows how it does from the start.
          validateRegistry(uid).catch(() => {});
        }}
      />
    </Page>
  );
}
