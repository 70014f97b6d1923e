import { Button, Tab, Tabs, TabTitleText, Tooltip } from "@patternfly/react-core";
import PlusCircleIcon from "@patternfly/react-icons/dist/esm/icons/plus-circle-icon";
import CubesIcon from "@patternfly/react-icons/dist/esm/icons/cubes-icon";
import { useNavigate } from "react-router-dom";

import { useSummary } from "../../api/queries";
import { mayDo } from "../../api/session";
import { Page } from "../../parts/page";
import { SearchField, useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { RegistryTable } from "./table";

const docs = "https://github.com/opencontainers/distribution-spec";

function AddButton() {
  const navigate = useNavigate();
  return (
    <Button icon={<PlusCircleIcon />} onClick={() => navigate("/registries/new")}>
      Add New OCI Registry
    </Button>
  );
}

function OciRegistries() {
  const summary = useSummary();
  const view = useView();
  if (summary.isPending) return <Waiting what="the registries" />;
  if (summary.isError)
    return (
      <Failure error={summary.error} what="The registries" again={() => void summary.refetch()} />
    );
  if (summary.data.length === 0) {
    return (
      <Nothing
        title="No registry is registered yet"
        icon={CubesIcon}
        actions={
          <div className="stack">
            {mayDo("manage") && <AddButton />}
            <a href={docs} target="_blank" rel="noreferrer">
              What an OCI registry is
            </a>
          </div>
        }
      >
        Register a registry that you already use: Harbor, GHCR, Docker&apos;s registry, Artifactory
        or Amazon ECR. You need its address and, if it is protected, a login. Berth tries it step by
        step before anything is saved, then lists the charts and images inside.
        {!mayDo("manage") && " Your role may look, but only a tenant admin may register one."}
      </Nothing>
    );
  }
  const wanted = view.of("search").toLowerCase();
  const shown = summary.data.filter((registry) =>
    `${registry.metadata.name} ${registry.spec.endpoint}`.toLowerCase().includes(wanted),
  );
  return (
    <div className="stack">
      <div className="row spread">
        <SearchField label="Find a registry" />
        {mayDo("manage") && <AddButton />}
      </div>
      {shown.length === 0 ? (
        <Nothing
          title="No registry matches"
          actions={
            <Button variant="link" onClick={() => view.change({ search: "" })}>
              Show all
            </Button>
          }
        >
          Nothing has “{view.of("search")}” in its name or endpoint.
        </Nothing>
      ) : (
        <RegistryTable registries={shown} />
      )}
    </div>
  );
}

export function Registries() {
  const later = (what: string, why: string) => (
    <Tab
      eventKey={what}
      isAriaDisabled
      title={<TabTitleText>{what}</TabTitleText>}
      tooltip={<Tooltip content={why} />}
      aria-label={`${what}: ${why}`}
    />
  );
  return (
    <Page
      title="Registries"
      crumbs={[{ text: "Tenant Settings" }]}
      lead="Where this tenant's charts, images and other artifacts come from."
    >
      <Tabs activeKey="oci" aria-label="Kinds of registries">
        <Tab eventKey="oci" title={<TabTitleText>OCI Registries</TabTitleText>}>
          <div className="tab-body">
            <OciRegistries />
          </div>
        </Tab>
        {later(
          "Helm",
          "Classic Helm repositories are not supported yet; charts kept as OCI artifacts are.",
        )}
        {later("Packs", "Legacy pack registries are not supported yet.")}
      </Tabs>
    </Page>
  );
}
